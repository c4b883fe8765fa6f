<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CameraPane</name>
    <message>
        <source>A point {0} m away</source>
        <translation>该点距离 {0} 米</translation>
    </message>
    <message>
        <source>No point there: the ground, {0} m away</source>
        <translation>此处无点：取地面，距离 {0} 米</translation>
    </message>
</context>
<context>
    <name>TonePopup</name>
    <message>
        <source>All cameras</source>
        <translation>所有相机</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Reset (0)</source>
        <translation>复位 (0)</translation>
    </message>
    <message>
        <source>Stretch dark pictures (A)</source>
        <translation>自动增强暗图像 (A)</translation>
    </message>
</context>
</TS>
