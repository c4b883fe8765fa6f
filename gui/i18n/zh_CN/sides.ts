<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Sides</name>
    <message>
        <source>From above</source>
        <translation>俯视</translation>
    </message>
    <message>
        <source>one size in the track</source>
        <translation>整个目标统一尺寸</translation>
    </message>
    <message>
        <source>From the right</source>
        <translation>右侧视图</translation>
    </message>
    <message>
        <source>From the left</source>
        <translation>左侧视图</translation>
    </message>
    <message>
        <source>From the rear</source>
        <translation>后视图</translation>
    </message>
    <message>
        <source>From the front</source>
        <translation>前视图</translation>
    </message>
    <message>
        <source>Turn the box</source>
        <translation>旋转标注框</translation>
    </message>
    <message>
        <source>Move the box</source>
        <translation>移动标注框</translation>
    </message>
    <message>
        <source>To the points: the side stops at them</source>
        <translation>贴合点云：边停在点上</translation>
    </message>
    <message>
        <source>Slide: the side goes there, the size stays</source>
        <translation>平移：边移到此处，尺寸不变</translation>
    </message>
    <message>
        <source>Resize. Ctrl: to the points, Shift: slide</source>
        <translation>调整尺寸。Ctrl：贴合点云，Shift：平移</translation>
    </message>
</context>
<context>
    <name>SidePane</name>
    <message>
        <source>Look from the other side</source>
        <translation>从另一侧看</translation>
    </message>
</context>
<context>
    <name>SideViews</name>
    <message>
        <source>The selected track has no box in this frame. Go to one that has, or draw a box with {draw-box}.</source>
        <translation>所选目标在此帧没有标注框。请转到有标注框的帧，或按 {draw-box} 绘制。</translation>
    </message>
    <message>
        <source>Click a box to see it here from above, from the side and from the rear, and to fit it.</source>
        <translation>单击标注框，即可在此从上方、侧面和后方查看并拟合它。</translation>
    </message>
</context>
<context>
    <name>Fitting</name>
    <message>
        <source>Boxes can be pitched and rolled</source>
        <translation>标注框可以俯仰和翻滚</translation>
    </message>
    <message>
        <source>Boxes turn about upright only</source>
        <translation>标注框仅绕竖直轴旋转</translation>
    </message>
    <message>
        <source>Fit a side to the points</source>
        <translation>将一边贴合点云</translation>
    </message>
    <message>
        <source>Fit a box to its points</source>
        <translation>按点云拟合标注框</translation>
    </message>
    <message>
        <source>Lay a box on its points</source>
        <translation>将标注框贴合点云</translation>
    </message>
    <message>
        <source>Put a box on the ground</source>
        <translation>将标注框放到地面</translation>
    </message>
    <message>
        <source>Nobody has said what size {0} usually has</source>
        <translation>未设置 {0} 的常用尺寸</translation>
    </message>
    <message>
        <source>Give a box its usual size</source>
        <translation>使用常用尺寸</translation>
    </message>
    <message>
        <source>Turn a track round</source>
        <translation>翻转整个目标的朝向</translation>
    </message>
    <message>
        <source>Turned round in {0} frames</source>
        <translation>已在 {0} 帧中翻转朝向</translation>
    </message>
    <message>
        <source>Each box of the track may have a size of its own</source>
        <translation>该目标的每个标注框可有各自的尺寸</translation>
    </message>
    <message>
        <source>Unlock the size of a track</source>
        <translation>解除目标尺寸锁定</translation>
    </message>
    <message>
        <source>Go to a frame that has a box of this track: it gives the size</source>
        <translation>请转到有该目标标注框的帧：由它确定尺寸</translation>
    </message>
    <message>
        <source>{0} × {1} × {2} m for the whole track</source>
        <translation>整个目标统一为 {0} × {1} × {2} m</translation>
    </message>
    <message>
        <source>Lock the size of a track</source>
        <translation>锁定目标尺寸</translation>
    </message>
    <message>
        <source>Too few points in the box to fit it to</source>
        <translation>框内点数太少，无法拟合</translation>
    </message>
</context>
<context>
    <name>BoxPanel</name>
    <message>
        <source>Roll, pitch</source>
        <translation>翻滚角、俯仰角</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>Fit the box to the points in it</source>
        <translation>按框内的点拟合标注框</translation>
    </message>
    <message>
        <source>Usual size</source>
        <translation>常用尺寸</translation>
    </message>
    <message>
        <source>Give it the usual size of its category; the seen sides stay</source>
        <translation>使用该类别的常用尺寸；可见的面保持不动</translation>
    </message>
    <message>
        <source>One size</source>
        <translation>统一尺寸</translation>
    </message>
    <message>
        <source>Keep this size in every frame of the track</source>
        <translation>在目标的每一帧保持此尺寸</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Fit to the points</source>
        <translation>拟合点云</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>Lay on the points, keep the size</source>
        <translation>贴合点云，保持尺寸</translation>
    </message>
    <message>
        <source>Put on the ground</source>
        <translation>放到地面</translation>
    </message>
    <message>
        <source>Usual size of the category</source>
        <translation>类别的常用尺寸</translation>
    </message>
    <message>
        <source>One size for the whole track</source>
        <translation>整个目标统一尺寸</translation>
    </message>
    <message>
        <source>Turn the heading round in the whole track</source>
        <translation>翻转整个目标的朝向</translation>
    </message>
    <message>
        <source>Pitch and roll, too</source>
        <translation>允许俯仰和翻滚</translation>
    </message>
    <message>
        <source>Look from the other side in the side views</source>
        <translation>三视图从另一侧看</translation>
    </message>
    <message>
        <source>In the side views</source>
        <translation>在三视图中</translation>
    </message>
    <message>
        <source>move that side of the box alone</source>
        <translation>只移动标注框的这一边</translation>
    </message>
    <message>
        <source>Ctrl + drag an edge</source>
        <translation>Ctrl + 拖动边</translation>
    </message>
    <message>
        <source>the edge stops at the points</source>
        <translation>边贴合点云，停在点上</translation>
    </message>
    <message>
        <source>Shift + drag an edge</source>
        <translation>Shift + 拖动边</translation>
    </message>
    <message>
        <source>the box slides there and keeps its size</source>
        <translation>标注框平移到此处，尺寸不变</translation>
    </message>
    <message>
        <source>Drag the inside</source>
        <translation>拖动内部</translation>
    </message>
    <message>
        <source>move the box</source>
        <translation>移动标注框</translation>
    </message>
    <message>
        <source>Double click an edge or a corner</source>
        <translation>双击边或角</translation>
    </message>
    <message>
        <source>draw it in to the points</source>
        <translation>将其贴合到点云</translation>
    </message>
    <message>
        <source>Double click the inside</source>
        <translation>双击内部</translation>
    </message>
    <message>
        <source>fit all sides to the points</source>
        <translation>按点云拟合所有边</translation>
    </message>
    <message>
        <source>Double click beside the box</source>
        <translation>双击标注框外</translation>
    </message>
    <message>
        <source>show the whole box again</source>
        <translation>重新显示整个标注框</translation>
    </message>
</context>
</TS>
