<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Shift + drag with the tool for boxes (B)</source>
        <translation>用标注框工具 (B) 时按住 Shift 拖动</translation>
    </message>
    <message>
        <source>the same, along its outline</source>
        <translation>同上，沿物体轮廓画</translation>
    </message>
    <message>
        <source>Another box for the same click</source>
        <translation>同一次单击的另一个标注框</translation>
    </message>
    <message>
        <source>New box by a click</source>
        <translation>单击新建标注框</translation>
    </message>
    <message>
        <source>Click box</source>
        <translation>单击建框</translation>
    </message>
    <message>
        <source>With the tool for boxes by a click (N)</source>
        <translation>使用单击建框工具（N）时</translation>
    </message>
    <message>
        <source>Click an object</source>
        <translation>单击对象</translation>
    </message>
    <message>
        <source>a box fitted to its points, of the track expected there or a new one</source>
        <translation>按其点拟合标注框：归入此处预期的目标，或新建目标</translation>
    </message>
    <message>
        <source>Shift + click an object</source>
        <translation>Shift + 单击对象</translation>
    </message>
    <message>
        <source>the same, for the selected track</source>
        <translation>同上，但归入所选目标</translation>
    </message>
    <message>
        <source>Click again where it found nothing</source>
        <translation>在未找到对象处再次单击</translation>
    </message>
    <message>
        <source>Alt + drag on the ground</source>
        <translation>Alt + 在地面拖动</translation>
    </message>
    <message>
        <source>the same, just as it was drawn</source>
        <translation>同上，但完全按所画矩形</translation>
    </message>
    <message>
        <source>a new box there, turned and as high as its points</source>
        <translation>在该处新建标注框，朝向和高度取自其点</translation>
    </message>
</context>
<context>
    <name>Maker</name>
    <message>
        <source>{0}, but another object explains the drawing about as well; Alt+T: that one</source>
        <translation>{0}，但另一个物体同样符合所画范围；Alt+T：换用那一个</translation>
    </message>
    <message>
        <source>Fit to both pictures</source>
        <translation>按两张图像拟合</translation>
    </message>
    <message>
        <source>{0} · both pictures</source>
        <translation>{0} · 两张图像</translation>
    </message>
    <message>
        <source>Click an object first: other boxes for the same click come one by one</source>
        <translation>请先单击一个对象：同一次单击的其他标注框会逐个出现</translation>
    </message>
    <message>
        <source>Take another box</source>
        <translation>换用另一个标注框</translation>
    </message>
    <message>
        <source>One of {0} boxes for the 2D label; Alt+T: another box</source>
        <translation>该二维标注的 {0} 个候选框之一；Alt+T：另一个标注框</translation>
    </message>
    <message>
        <source>{0}, {1} % sure; Alt+T: another box</source>
        <translation>{0}，把握 {1} %；Alt+T：另一个标注框</translation>
    </message>
    <message>
        <source>Too large for this category here; click here again for a box of the usual size</source>
        <translation>此处的物体对该类别来说过大；再次单击可放置常用尺寸的框</translation>
    </message>
    <message>
        <source>What was drawn around is too large for this category</source>
        <translation>所圈物体对该类别来说过大</translation>
    </message>
    <message>
        <source>There is a box here already: {0}</source>
        <translation>此处已有标注框：{0}</translation>
    </message>
    <message>
        <source>Make a box</source>
        <translation>新建标注框</translation>
    </message>
    <message>
        <source>Track {0} goes on here</source>
        <translation>目标 {0} 在此延续</translation>
    </message>
    <message>
        <source>The selected track has a box in this frame already</source>
        <translation>所选目标在本帧已有标注框</translation>
    </message>
    <message>
        <source>Fitted to {0} points</source>
        <translation>已拟合到 {0} 个点</translation>
    </message>
    <message>
        <source>Fitted to {0} points of {1} frames</source>
        <translation>已拟合到 {1} 帧的 {0} 个点</translation>
    </message>
    <message>
        <source>Nothing to fit a box to: that is the sky</source>
        <translation>没有可拟合的对象：此处是天空</translation>
    </message>
    <message>
        <source>No points here; click here again for a box of the usual size</source>
        <translation>此处没有点；再次单击此处可放置常用尺寸的标注框</translation>
    </message>
    <message>
        <source>Nothing but ground here; click here again for a box of the usual size</source>
        <translation>此处只有地面；再次单击此处可放置常用尺寸的标注框</translation>
    </message>
    <message>
        <source>Too few points here to fit a box; click here again for one of the usual size</source>
        <translation>此处点太少，无法拟合标注框；再次单击此处可放置常用尺寸的标注框</translation>
    </message>
    <message>
        <source>No points in what was drawn: the LiDAR saw nothing of this object</source>
        <translation>所画范围内没有点：激光雷达没有扫到该对象</translation>
    </message>
    <message>
        <source>Nothing but ground in what was drawn</source>
        <translation>所画范围内只有地面</translation>
    </message>
    <message>
        <source>Too few points in what was drawn to fit a box</source>
        <translation>所画范围内点太少，无法拟合标注框</translation>
    </message>
    <message>
        <source>No box was made: another frame is shown by now</source>
        <translation>未新建标注框：画面已切换到其他帧</translation>
    </message>
</context>
</TS>
