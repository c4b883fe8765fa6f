"""ROS 1 and ROS 2 recordings, and MCAP files of any kind."""
