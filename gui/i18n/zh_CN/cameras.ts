<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>All pictures equal</source>
        <translation>所有图像同样大小</translation>
    </message>
    <message>
        <source>Brightness and contrast of a picture</source>
        <translation>图像的亮度和对比度</translation>
    </message>
    <message>
        <source>Click beside the boxes</source>
        <translation>单击框以外的位置</translation>
    </message>
    <message>
        <source>Click the half disc</source>
        <translation>单击半圆图标</translation>
    </message>
    <message>
        <source>Drag the disc in its middle</source>
        <translation>拖动中心圆点</translation>
    </message>
    <message>
        <source>Drag with the tool for boxes (B)</source>
        <translation>用画框工具拖动 (B)</translation>
    </message>
    <message>
        <source>Export pictures with boxes...</source>
        <translation>导出带标注框的图像…</translation>
    </message>
    <message>
        <source>Names in the pictures</source>
        <translation>在图像中显示名称</translation>
    </message>
    <message>
        <source>One picture large, by its place (Ctrl+1 to Ctrl+9)</source>
        <translation>按位置放大一幅图像（Ctrl+1 至 Ctrl+9）</translation>
    </message>
    <message>
        <source>The large picture follows the selection</source>
        <translation>大图像跟随所选标注框</translation>
    </message>
    <message>
        <source>a new box around what is seen there</source>
        <translation>为所见目标新建标注框</translation>
    </message>
    <message>
        <source>brightness and contrast</source>
        <translation>亮度和对比度</translation>
    </message>
    <message>
        <source>mark the point seen there, with its coordinates</source>
        <translation>标记该处的点并显示坐标</translation>
    </message>
    <message>
        <source>slide the box, at the same depth</source>
        <translation>在同一深度上平移标注框</translation>
    </message>
</context>
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
    <name>PicturesDialog</name>
    <message>
        <source>All frames</source>
        <translation>所有帧</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Category and name at each box</source>
        <translation>在每个框旁标注类别和名称</translation>
    </message>
    <message>
        <source>Choose at least one camera.</source>
        <translation>请至少选择一个相机。</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export pictures with boxes</source>
        <translation>导出带标注框的图像</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Kind of file</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>Name the folder for the pictures.</source>
        <translation>请填写图像文件夹。</translation>
    </message>
    <message>
        <source>Points of the LiDAR</source>
        <translation>激光雷达点</translation>
    </message>
    <message>
        <source>The folder above it does not exist.</source>
        <translation>上一级文件夹不存在。</translation>
    </message>
    <message>
        <source>The folder for the pictures</source>
        <translation>图像文件夹</translation>
    </message>
    <message>
        <source>This frame</source>
        <translation>当前帧</translation>
    </message>
    <message>
        <source>Write over them?</source>
        <translation>是否覆盖？</translation>
    </message>
    <message>
        <source>{0} pictures are there already.</source>
        <translation>已有 {0} 幅图像。</translation>
    </message>
    <message>
        <source>{0} pictures were written to {1}</source>
        <translation>已将 {0} 幅图像写入 {1}</translation>
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
