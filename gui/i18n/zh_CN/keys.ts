<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Asking</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Label driving data in 3D: from a raw drive to checked box tracks.</source>
        <translation>自动驾驶数据三维标注：从原始采集数据到通过检查的目标轨迹。</translation>
    </message>
    <message>
        <source>Open a drive's folder</source>
        <translation>打开采集数据文件夹</translation>
    </message>
    <message>
        <source>Open a project file</source>
        <translation>打开工程文件</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>Report on a drive's folder</source>
        <translation>为数据文件夹生成报告</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>A report lies in {0}</source>
        <translation>报告位于 {0}</translation>
    </message>
    <message>
        <source>Category of the next new box (keys 1 to 9)</source>
        <translation>下一个新标注框的类别（按键 1–9）</translation>
    </message>
    <message>
        <source>Something went wrong inside: {0}. Your labels are stored.</source>
        <translation>程序内部出错：{0}。标注已保存。</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>no drive is open</source>
        <translation>尚未打开数据</translation>
    </message>
    <message>
        <source>no drive with frames is open</source>
        <translation>尚未打开含有帧的数据</translation>
    </message>
    <message>
        <source>no box of this frame is selected</source>
        <translation>本帧未选中框</translation>
    </message>
    <message>
        <source>no track is selected</source>
        <translation>未选中目标</translation>
    </message>
    <message>
        <source>the project is open for reading only</source>
        <translation>工程以只读方式打开</translation>
    </message>
    <message>
        <source>Find a command, a track or a frame</source>
        <translation>查找命令、目标或帧</translation>
    </message>
    <message>
        <source>Keys...</source>
        <translation>快捷键…</translation>
    </message>
    <message>
        <source>Go to a frame by its number</source>
        <translation>按编号跳转到帧</translation>
    </message>
    <message>
        <source>Type the numbers of the box</source>
        <translation>输入框的数值</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接管编辑</translation>
    </message>
    <message>
        <source>Front side out, 5 cm (Ctrl+Alt: in)</source>
        <translation>前面外移 5 厘米（Ctrl+Alt：内移）</translation>
    </message>
    <message>
        <source>Front side in, 5 cm</source>
        <translation>前面内移 5 厘米</translation>
    </message>
    <message>
        <source>Rear side out</source>
        <translation>后面外移</translation>
    </message>
    <message>
        <source>Rear side in</source>
        <translation>后面内移</translation>
    </message>
    <message>
        <source>Left side out</source>
        <translation>左面外移</translation>
    </message>
    <message>
        <source>Left side in</source>
        <translation>左面内移</translation>
    </message>
    <message>
        <source>Right side out</source>
        <translation>右面外移</translation>
    </message>
    <message>
        <source>Right side in</source>
        <translation>右面内移</translation>
    </message>
    <message>
        <source>Top up</source>
        <translation>顶面上移</translation>
    </message>
    <message>
        <source>Top down</source>
        <translation>顶面下移</translation>
    </message>
    <message>
        <source>Bottom down</source>
        <translation>底面下移</translation>
    </message>
    <message>
        <source>Bottom up</source>
        <translation>底面上移</translation>
    </message>
    <message>
        <source>Turn left 90 degrees</source>
        <translation>左转 90 度</translation>
    </message>
    <message>
        <source>Turn right 90 degrees</source>
        <translation>右转 90 度</translation>
    </message>
</context>
<context>
    <name>KeyMap</name>
    <message>
        <source>the keys cannot be read, so the usual ones are used: {0}</source>
        <translation>无法读取快捷键，使用默认快捷键：{0}</translation>
    </message>
    <message>
        <source>expected {"preset": "NAME", "keys": {"COMMAND": ["KEY"]}}; the usual keys are used</source>
        <translation>应为 {"preset": "名称", "keys": {"命令": ["按键"]}}；使用默认快捷键</translation>
    </message>
    <message>
        <source>there is no preset {0}; there are: {1}</source>
        <translation>没有名为 {0} 的预设；可用预设：{1}</translation>
    </message>
    <message>
        <source>{0}: expected a list of keys such as ["Ctrl+Z"]; its usual keys are used</source>
        <translation>{0}：应为按键列表，例如 ["Ctrl+Z"]；使用其默认快捷键</translation>
    </message>
    <message>
        <source>{0}: "{1}" is no key; it is left out</source>
        <translation>{0}：“{1}”不是有效按键，已忽略</translation>
    </message>
    <message>
        <source>{0} has the key {1} already; {2} goes without it</source>
        <translation>{0} 已使用按键 {1}，{2} 不再使用该键</translation>
    </message>
    <message>
        <source>the keys cannot be kept: {0}</source>
        <translation>无法保存快捷键：{0}</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Search by name or key</source>
        <translation>按名称或按键搜索</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Use only this</source>
        <translation>仅用此键</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>无按键</translation>
    </message>
    <message>
        <source>Usual keys</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Keys like those of</source>
        <translation>快捷键方案</translation>
    </message>
    <message>
        <source>Click here and press a key:</source>
        <translation>单击此处并按键：</translation>
    </message>
    <message>
        <source>All as they were</source>
        <translation>全部恢复</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Further keys</source>
        <translation>其他按键</translation>
    </message>
    <message>
        <source>{0}, fine</source>
        <translation>{0}（微调）</translation>
    </message>
    <message>
        <source>{0} is the key of: {1}</source>
        <translation>{0} 已用于：{1}</translation>
    </message>
    <message>
        <source>{0} is the key of: {1}. Take it from there?</source>
        <translation>{0} 已用于：{1}。要改为用于此命令吗？</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>改用</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>A command, #track, category, or :frame</source>
        <translation>命令、#目标、类别或 :帧号</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
</context>
<context>
    <name>Standing</name>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>The project file or its folder cannot be written, so it is open for reading only: {0}. Change its rights, or copy it to a folder of yours.</source>
        <translation>工程文件或其文件夹不可写，因此以只读方式打开：{0}。请更改其权限，或将其复制到您自己的文件夹。</translation>
    </message>
    <message>
        <source>{0} has this project open, so it is open here for reading only. Once it is closed there, File &gt; Take over lets you edit it.</source>
        <translation>{0} 已打开此工程，因此这里以只读方式打开。对方关闭后，可用“文件 &gt; 接管编辑”进行编辑。</translation>
    </message>
    <message>
        <source>Another desk</source>
        <translation>另一个标注台</translation>
    </message>
    <message>
        <source>{0} on {1} (process {2}, since {3})</source>
        <translation>{1} 上的 {0}（进程 {2}，自 {3}）</translation>
    </message>
    <message>
        <source>The project is free again: File &gt; Take over lets you edit it.</source>
        <translation>工程已可编辑：请用“文件 &gt; 接管编辑”。</translation>
    </message>
    <message>
        <source>The desk that was started {0} ended unexpectedly.</source>
        <translation>{0} 启动的标注台意外退出。</translation>
    </message>
    <message>
        <source>Every edit is in the project file {0}.</source>
        <translation>所有编辑都已保存在工程文件 {0} 中。</translation>
    </message>
    <message>
        <source>The last one is "{0}", {1}.</source>
        <translation>最后一次编辑是“{0}”，{1}。</translation>
    </message>
    <message>
        <source>A report lies in {0}</source>
        <translation>报告位于 {0}</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>the project is open for reading only</source>
        <translation>工程以只读方式打开</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>A report lies in {0}</source>
        <translation>报告位于 {0}</translation>
    </message>
</context>
</TS>
