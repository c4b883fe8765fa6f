<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Layout: all views</source>
        <translation>布局：全部视图</translation>
    </message>
    <message>
        <source>Layout: fitting boxes</source>
        <translation>布局：拟合标注框</translation>
    </message>
    <message>
        <source>Layout: pictures large</source>
        <translation>布局：大图像</translation>
    </message>
    <message>
        <source>Layout: from above</source>
        <translation>布局：俯视</translation>
    </message>
    <message>
        <source>Light or dark window</source>
        <translation>浅色或深色窗口</translation>
    </message>
    <message>
        <source>Whole screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Show me round</source>
        <translation>带我看一遍</translation>
    </message>
</context>
<context>
    <name>Layouts</name>
    <message>
        <source>Layout {0}</source>
        <translation>布局 {0}</translation>
    </message>
    <message>
        <source>Save this layout</source>
        <translation>保存此布局</translation>
    </message>
    <message>
        <source>Save this layout...</source>
        <translation>保存此布局…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Saved layouts</source>
        <translation>已保存的布局</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>This is one frame of a drive. Turn the 3D view with the left button, shift it with the right one, zoom with the wheel. {previous-frame} and {next-frame} step through the frames.</source>
        <translation>这是采集数据中的一帧。左键旋转三维视图，右键平移，滚轮缩放。{previous-frame} 和 {next-frame} 逐帧切换。</translation>
    </message>
    <message>
        <source>Draw a box: press {draw-box} and drag over an object seen from above. Its height comes from the points. {click-box} makes a box from one click.</source>
        <translation>画框：按 {draw-box}，在俯视图中的物体上拖动，高度由点得出。按 {click-box} 后单击一次即可生成框。</translation>
    </message>
    <message>
        <source>The selected box from above, from its side and from behind. Drag an edge, a corner or the arrow; double-click an edge and it goes to the points.</source>
        <translation>所选标注框的俯视、侧视和后视。拖动边、角或箭头；双击一条边，它就贴合点云。</translation>
    </message>
    <message>
        <source>The same box in every camera. A double click makes a picture large; the best one for the selection is framed.</source>
        <translation>同一个标注框在每个相机中的样子。双击放大图像；最适合所选标注框的图像带有边框。</translation>
    </message>
    <message>
        <source>Every object is a track: one name and one category through the drive. The number keys give the category.</source>
        <translation>每个物体是一个目标：全程一个名称、一个类别。数字键指定类别。</translation>
    </message>
    <message>
        <source>Diamonds are key frames, which you set. Set a few and press {interpolate}: the frames between are filled. {batch} shows all frames of the track at once.</source>
        <translation>菱形是您设定的关键帧。设定几个后按 {interpolate}，其间的帧自动填充。{batch} 一次显示该目标的所有帧。</translation>
    </message>
    <message>
        <source>Each edit is in the project file at once, and {undo} takes any of them back. {shortcuts} shows every key, {palette} finds every command.</source>
        <translation>每次修改立即存入工程文件，{undo} 可撤销任何一次。{shortcuts} 显示所有按键，{palette} 查找所有命令。</translation>
    </message>
</context>
</TS>
