<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Merge frames over time</source>
        <translation>叠加多帧点云</translation>
    </message>
    <message>
        <source>Edit the track in all its frames at once</source>
        <translation>一次编辑该目标的所有帧</translation>
    </message>
    <message>
        <source>Ways of the tracks</source>
        <translation>目标轨迹线</translation>
    </message>
    <message>
        <source>Show the selected box alone</source>
        <translation>只显示选中的框</translation>
    </message>
    <message>
        <source>Hide what is higher than a height</source>
        <translation>隐藏高于指定高度的点</translation>
    </message>
    <message>
        <source>Show only a region drawn in the top view</source>
        <translation>只显示在俯视图中画出的区域</translation>
    </message>
    <message>
        <source>Measure between two points</source>
        <translation>测量两点间距离</translation>
    </message>
    <message>
        <source>Colour points by category</source>
        <translation>点云按类别着色</translation>
    </message>
    <message>
        <source>Colour points by time</source>
        <translation>点云按时间着色</translation>
    </message>
    <message>
        <source>Colour points by the pictures</source>
        <translation>点云按图像着色</translation>
    </message>
    <message>
        <source>Colour points by a field...</source>
        <translation>点云按字段着色…</translation>
    </message>
    <message>
        <source>Hide the ground</source>
        <translation>隐藏地面</translation>
    </message>
</context>
<context>
    <name>Colors</name>
    <message>
        <source>Height over the ground</source>
        <translation>离地高度</translation>
    </message>
    <message>
        <source>Intensity</source>
        <translation>反射强度</translation>
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
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Colour the points otherwise</source>
        <translation>更改点的着色方式</translation>
    </message>
    <message>
        <source>no {0} here: by height</source>
        <translation>此处没有“{0}”：按高度着色</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>另有 {0} 项</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>帧</translation>
    </message>
</context>
<context>
    <name>Merger</name>
    <message>
        <source>Frames could not be merged: {0}</source>
        <translation>无法叠加多帧：{0}</translation>
    </message>
</context>
<context>
    <name>WholeTrack</name>
    <message>
        <source>What you do to this box is done in all frames of the track</source>
        <translation>对此框的修改将应用到该目标的所有帧</translation>
    </message>
    <message>
        <source>The track's points could not be read: {0}</source>
        <translation>无法读取该目标的点：{0}</translation>
    </message>
</context>
<context>
    <name>Measure</name>
    <message>
        <source>Click the second point</source>
        <translation>请单击第二个点</translation>
    </message>
    <message>
        <source>Click two points to measure between</source>
        <translation>请单击两个点进行测量</translation>
    </message>
    <message>
        <source>{0} m · along the ground {1} m · height {2} m</source>
        <translation>{0} 米 · 水平 {1} 米 · 高差 {2} 米</translation>
    </message>
</context>
<context>
    <name>Bars</name>
    <message>
        <source>Frames before</source>
        <translation>之前帧数</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>every</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Hidden: what is higher over the ground than</source>
        <translation>已隐藏离地高于此值的点：</translation>
    </message>
    <message>
        <source>Only what lies in the region drawn in the top view</source>
        <translation>只显示俯视图中画出的区域</translation>
    </message>
    <message>
        <source>Only the selected box and what is close to it</source>
        <translation>只显示选中的框及其附近</translation>
    </message>
    <message>
        <source>moving objects, too</source>
        <translation>包括移动目标</translation>
    </message>
    <message>
        <source>Show what lies in boxes of moving tracks in the other frames: it is smeared</source>
        <translation>显示其他帧中移动目标框内的点：会有拖影</translation>
    </message>
    <message>
        <source>This drive has no poses: frames fit only while the vehicle stands</source>
        <translation>此数据没有位姿：仅在车辆静止时各帧才能对齐</translation>
    </message>
    <message>
        <source>This is a single cloud: there is nothing to merge</source>
        <translation>这是单个点云：没有可叠加的帧</translation>
    </message>
    <message>
        <source>at rest</source>
        <translation>静止时叠加</translation>
    </message>
    <message>
        <source>{0} frames, {1} points</source>
        <translation>{0} 帧，{1} 个点</translation>
    </message>
    <message>
        <source>{0} thinned out</source>
        <translation>抽稀 {0} 个点</translation>
    </message>
    <message>
        <source>{0} in moving boxes left out</source>
        <translation>略去移动框内 {0} 个点</translation>
    </message>
    <message>
        <source>{0} files could not be read</source>
        <translation>{0} 个文件无法读取</translation>
    </message>
    <message>
        <source>All frames of track {0}</source>
        <translation>目标 {0} 的所有帧</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>All frames of the track at once</source>
        <translation>同时编辑该目标的所有帧</translation>
    </message>
</context>
</TS>
