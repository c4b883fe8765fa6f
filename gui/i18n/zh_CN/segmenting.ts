<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Paint classes of points</source>
        <translation>涂抹点的类别</translation>
    </message>
    <message>
        <source>Points in boxes get their class</source>
        <translation>框内的点取框的类别</translation>
    </message>
    <message>
        <source>Copy classes of what stands still to all frames</source>
        <translation>将静止物体的点类别复制到所有帧</translation>
    </message>
    <message>
        <source>While points are painted (Shift+P)</source>
        <translation>涂抹点的类别时（Shift+P）</translation>
    </message>
    <message>
        <source>paint the points with the active category</source>
        <translation>用当前类别涂抹点</translation>
    </message>
    <message>
        <source>B, L, P</source>
        <translation>B、L、P</translation>
    </message>
    <message>
        <source>brush, lasso or polygon</source>
        <translation>画笔、套索或多边形</translation>
    </message>
    <message>
        <source>Ctrl + wheel, [ ]</source>
        <translation>Ctrl + 滚轮、[ ]</translation>
    </message>
    <message>
        <source>a larger or smaller brush</source>
        <translation>放大或缩小画笔</translation>
    </message>
    <message>
        <source>Click, then double click or Enter</source>
        <translation>逐点单击，然后双击或按回车</translation>
    </message>
    <message>
        <source>the corners of a polygon</source>
        <translation>多边形的顶点</translation>
    </message>
    <message>
        <source>X</source>
        <translation>X</translation>
    </message>
    <message>
        <source>how far behind the first point others are painted</source>
        <translation>最近点之后多深的点也被涂抹</translation>
    </message>
    <message>
        <source>G</source>
        <translation>G</translation>
    </message>
    <message>
        <source>only the ground; lasso and polygon are laid on it, in pictures too</source>
        <translation>只涂地面；套索和多边形贴合地面，在图像中也可用</translation>
    </message>
    <message>
        <source>U</source>
        <translation>U</translation>
    </message>
    <message>
        <source>only points without a class</source>
        <translation>只涂没有类别的点</translation>
    </message>
    <message>
        <source>E</source>
        <translation>E</translation>
    </message>
    <message>
        <source>take classes off points</source>
        <translation>清除点的类别</translation>
    </message>
</context>
<context>
    <name>Segmenting</name>
    <message>
        <source>only ground (G)</source>
        <translation>仅地面 (G)</translation>
    </message>
    <message>
        <source>Not all of it lies on ground that the LiDAR saw: draw it nearer, below the horizon</source>
        <translation>所画区域并非全部落在激光雷达扫到的地面上：请画得近一些，并在地平线以下</translation>
    </message>
    <message>
        <source>{0} m² of ground, and no points on it</source>
        <translation>{0} 平方米地面，其上没有点</translation>
    </message>
    <message>
        <source>{0} m² of ground with {1} points</source>
        <translation>{0} 平方米地面，含 {1} 个点</translation>
    </message>
    <message>
        <source>Brush (B)</source>
        <translation>画笔 (B)</translation>
    </message>
    <message>
        <source>Lasso (L)</source>
        <translation>套索 (L)</translation>
    </message>
    <message>
        <source>Polygon (P)</source>
        <translation>多边形 (P)</translation>
    </message>
    <message>
        <source>{0} px ([ ])</source>
        <translation>{0} 像素 ([ ])</translation>
    </message>
    <message>
        <source>no class (E)</source>
        <translation>清除类别 (E)</translation>
    </message>
    <message>
        <source>all depths (X)</source>
        <translation>不限深度 (X)</translation>
    </message>
    <message>
        <source>{0} m deep (X)</source>
        <translation>深度 {0} 米 (X)</translation>
    </message>
    <message>
        <source>only unlabelled (U)</source>
        <translation>仅未标注 (U)</translation>
    </message>
    <message>
        <source>{0} of {1} points have a class</source>
        <translation>{1} 个点中 {0} 个已有类别</translation>
    </message>
    <message>
        <source>A big cloud is painted by: lidar-label tiles label</source>
        <translation>大型点云请用命令行标注：lidar-label tiles label</translation>
    </message>
    <message>
        <source>Take classes off points</source>
        <translation>清除点的类别</translation>
    </message>
    <message>
        <source>Paint points</source>
        <translation>涂抹点</translation>
    </message>
    <message>
        <source>No box of this frame gives points a class</source>
        <translation>本帧没有可用来给点赋类别的框</translation>
    </message>
    <message>
        <source>Points in boxes</source>
        <translation>框内的点</translation>
    </message>
    <message>
        <source>Copy classes of points</source>
        <translation>复制点的类别</translation>
    </message>
    <message>
        <source>No point gets another class</source>
        <translation>没有点的类别改变</translation>
    </message>
    <message>
        <source>{0} points were given their class</source>
        <translation>已给 {0} 个点赋类别</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>the drive has no poses, so nobody knows what stands where in other frames</source>
        <translation>该数据没有位姿，无法得知静止物体在其他帧中的位置</translation>
    </message>
    <message>
        <source>no point of this frame that stands still has a class</source>
        <translation>本帧没有已赋类别的静止点</translation>
    </message>
    <message>
        <source>paint some first</source>
        <translation>请先涂抹一些点</translation>
    </message>
    <message>
        <source>the sweep of {0} in frame {1} has {2} points, its labels are of {3}</source>
        <translation>第 {1} 帧 {0} 的点云有 {2} 个点，而其标注对应 {3} 个点</translation>
    </message>
    <message>
        <source>the data was changed after its points were labelled, or is another one</source>
        <translation>标注之后数据有改动，或不是同一份数据</translation>
    </message>
    <message>
        <source>the devkit opens lidarseg with categories of one's own, such as {0}, only where it is given colours for them: NuScenes(..., colormap=...)</source>
        <translation>lidarseg 含有自定义类别（如 {0}），devkit 只有在给出颜色表时才能打开：NuScenes(..., colormap=...)</translation>
    </message>
</context>
</TS>
