<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CameraPicture</name>
    <message>
        <source>No picture</source>
        <translation>没有图像</translation>
    </message>
    <message>
        <source>Not calibrated</source>
        <translation>未标定</translation>
    </message>
    <message>
        <source>The picture is missing or cannot be read</source>
        <translation>图像缺失或无法读取</translation>
    </message>
</context>
<context>
    <name>CameraStrip</name>
    <message>
        <source>This drive has no cameras</source>
        <translation>该数据没有相机</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Move a box</source>
        <translation>移动标注框</translation>
    </message>
    <message>
        <source>Resize a box</source>
        <translation>调整标注框尺寸</translation>
    </message>
    <message>
        <source>Turn a box</source>
        <translation>旋转标注框</translation>
    </message>
</context>
<context>
    <name>TopView</name>
    <message>
        <source>vehicle frame: x up, y left</source>
        <translation>自车坐标系：x 向上，y 向左</translation>
    </message>
</context>
<context>
    <name>View3D</name>
    <message>
        <source>No points in this frame</source>
        <translation>本帧没有点</translation>
    </message>
    <message>
        <source>No sweep in this frame</source>
        <translation>本帧没有点云</translation>
    </message>
    <message>
        <source>This drive has no frames</source>
        <translation>该数据没有任何帧</translation>
    </message>
    <message>
        <source>This drive has no intensities: coloured by height</source>
        <translation>该数据没有反射强度：已按高度着色</translation>
    </message>
    <message>
        <source>vehicle frame</source>
        <translation>自车坐标系</translation>
    </message>
</context>
<context>
    <name>Pointer</name>
    <message>
        <source>Copied: {0}</source>
        <translation>已复制：{0}</translation>
    </message>
</context>
</TS>
