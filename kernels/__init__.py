"""Numba kernels: arrays in, arrays out, nothing else.

Compiled code is kept in the user's cache folder, named after the sources of all kernels: Numba
itself does not notice a change in a helper of another file, and an uninstall leaves nothing behind.

Kernels release the interpreter's lock and run on the thread that calls them, so that many threads
may call them at once. Should one ever be parallel inside, it runs on OpenMP: Numba's own
``workqueue`` layer aborts the process when two threads call parallel kernels.

Importing a kernel imports no Numba: see `compiled`.
"""
