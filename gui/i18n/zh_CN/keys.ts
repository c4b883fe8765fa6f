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
        <source>Category of the next new box (keys 1 to 9)</source>
        <translation>下一个新标注框的类别（按键 1–9）</translation>
    </message>
    <message>
        <source>Something went wrong inside: {0}. Your labels are stored.</source>
        <translation>程序内部出错：{0}。标注已保存。</translation>
    </message>
</context>
</TS>
