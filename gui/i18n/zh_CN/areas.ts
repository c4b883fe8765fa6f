<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Draw areas on the ground</source>
        <translation>绘制地面区域</translation>
    </message>
    <message>
        <source>Areas on the ground</source>
        <translation>地面区域</translation>
    </message>
    <message>
        <source>K</source>
        <translation>K</translation>
    </message>
    <message>
        <source>keep lasso and polygon as areas on the ground (Shift+K begins with it)</source>
        <translation>把套索和多边形存为地面区域（Shift+K 直接开始）</translation>
    </message>
    <message>
        <source>Del, C over an area</source>
        <translation>在区域上按 Del、C</translation>
    </message>
    <message>
        <source>delete it, or give it the active category</source>
        <translation>删除该区域，或改为当前类别</translation>
    </message>
</context>
<context>
    <name>Areas</name>
    <message>
        <source>Draw an area</source>
        <translation>绘制区域</translation>
    </message>
    <message>
        <source>Kept as an area: {0}</source>
        <translation>已存为区域：{0}</translation>
    </message>
    <message>
        <source>Delete an area</source>
        <translation>删除区域</translation>
    </message>
    <message>
        <source>Change the category of an area</source>
        <translation>更改区域的类别</translation>
    </message>
    <message>
        <source>{0}: Del deletes it, C makes it {1}</source>
        <translation>{0}：Del 删除，C 改为 {1}</translation>
    </message>
    <message>
        <source>{0}: Del deletes it</source>
        <translation>{0}：Del 删除</translation>
    </message>
</context>
<context>
    <name>Segmenting</name>
    <message>
        <source>kept as an area (K)</source>
        <translation>存为区域 (K)</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>the sides of the area cross each other</source>
        <translation>区域的边互相交叉</translation>
    </message>
    <message>
        <source>an area has 3 to {0} corners, this one {1}</source>
        <translation>区域应有 3 到 {0} 个顶点，此处为 {1} 个</translation>
    </message>
    <message>
        <source>{0} areas on the ground are lost: lidar-label areas writes them</source>
        <translation>{0} 个地面区域将丢失：可用 lidar-label areas 写出</translation>
    </message>
    <message>
        <source>category {0} has {1} areas</source>
        <translation>类别 {0} 有 {1} 个区域</translation>
    </message>
    <message>
        <source>delete them, or give them another category first</source>
        <translation>请先删除这些区域，或改为其他类别</translation>
    </message>
</context>
</TS>
