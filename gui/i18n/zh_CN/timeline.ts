<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Timeline: look closer at the playhead</source>
        <translation>时间轴：放大当前帧附近</translation>
    </message>
    <message>
        <source>Timeline: look from farther</source>
        <translation>时间轴：缩小</translation>
    </message>
    <message>
        <source>Timeline: show the whole drive</source>
        <translation>时间轴：显示全程</translation>
    </message>
</context>
</TS>
