<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Rules</name>
    <message>
        <source>What no camera and no LiDAR looks at was not seen by whoever labelled it, nor can a model see it.</source>
        <translation>没有相机和激光雷达看到的物体，标注者没有看到，模型也看不到。</translation>
    </message>
    <message>
        <source>Where the vehicle is was measured wrongly for a frame; every velocity there is off, and no box is to blame.</source>
        <translation>车辆的位置在某一帧测量有误；该处所有速度都不准，而框并没有错。</translation>
    </message>
    <message>
        <source>A box in a frame that does not exist has no place in any export.</source>
        <translation>不存在的帧中的框在任何导出中都没有位置。</translation>
    </message>
    <message>
        <source>NaN and infinity are no places and no JSON; readers fail on them.</source>
        <translation>NaN 和无穷大既不是位置也不是 JSON；读取程序会因此失败。</translation>
    </message>
    <message>
        <source>An export writes references to categories; this one would point to nothing.</source>
        <translation>导出会写入对类别的引用；这一个将指向不存在的内容。</translation>
    </message>
    <message>
        <source>An export writes references to attributes; this one would point to nothing.</source>
        <translation>导出会写入对属性的引用；这一个将指向不存在的内容。</translation>
    </message>
    <message>
        <source>An export writes references to visibility levels; this one would point to nothing.</source>
        <translation>导出会写入对可见度等级的引用；这一个将指向不存在的内容。</translation>
    </message>
    <message>
        <source>No sensor sees an object 500 m away: a pose or a unit is probably wrong.</source>
        <translation>没有传感器能看到 500 米外的物体：位姿或单位可能有误。</translation>
    </message>
    <message>
        <source>One object labelled twice counts as a false detection for every model that sees it once.</source>
        <translation>一个物体标注两次，对只看到一次的模型来说就是一次误检。</translation>
    </message>
    <message>
        <source>Two things cannot be in one place: one of the boxes is too large, or moved.</source>
        <translation>两个物体不能在同一位置：其中一个框太大或被移动过。</translation>
    </message>
    <message>
        <source>It is lost on export, since formats hold tracks only through their boxes.</source>
        <translation>导出时会丢失，因为各格式只通过框来保存目标。</translation>
    </message>
    <message>
        <source>Where too little was seen the motion alone placed it, and nobody has looked at it since.</source>
        <translation>看到的点太少，仅凭运动放置，之后无人查看。</translation>
    </message>
    <message>
        <source>A value that its attribute does not allow is often a slip, and formats drop it.</source>
        <translation>属性不允许的值往往是笔误，各格式会将其丢弃。</translation>
    </message>
    <message>
        <source>A side far too long or too short is often a wrong category or swapped sides.</source>
        <translation>过长或过短的边往往是类别错误或长宽颠倒。</translation>
    </message>
    <message>
        <source>An object keeps its size; a box that does not is loose or cut.</source>
        <translation>物体的尺寸不会改变；改变了的框要么太松，要么切掉了一部分。</translation>
    </message>
    <message>
        <source>The box fits another category far better than its own: the category was picked wrongly.</source>
        <translation>此框与另一类别符合得多：类别选错了。</translation>
    </message>
    <message>
        <source>Objects do not turn by half a circle between neighbouring frames; one of the boxes is the wrong way round.</source>
        <translation>物体不会在相邻帧之间转半圈；其中一个框的朝向反了。</translation>
    </message>
    <message>
        <source>Nothing of its kind is this fast: the track jumps from one object to another, or times are wrong.</source>
        <translation>同类物体不会这么快：目标从一个物体跳到另一个，或时间有误。</translation>
    </message>
    <message>
        <source>A box that leaves the course of its neighbours for a frame was moved by accident or belongs to another frame.</source>
        <translation>某一帧离开前后轨迹的框是被误移，或属于另一帧。</translation>
    </message>
    <message>
        <source>One id on two objects teaches a tracker to switch: the track goes on somewhere else.</source>
        <translation>两个物体用一个编号会让跟踪器学会切换：轨迹在别处继续。</translation>
    </message>
    <message>
        <source>Velocities that models learn come from the boxes; nothing of its kind changes its speed so much.</source>
        <translation>模型学习的速度来自这些框；同类物体不会有如此大的速度变化。</translation>
    </message>
    <message>
        <source>A heading that leaves those before and after it for a frame is a slip of the hand.</source>
        <translation>某一帧偏离前后朝向是手误。</translation>
    </message>
    <message>
        <source>Nothing of its kind turns so fast; one of the headings is wrong.</source>
        <translation>同类物体不会转得这么快；其中一个朝向有误。</translation>
    </message>
    <message>
        <source>Vehicles go where they point; a box that moves backwards or sideways has its front at the wrong end.</source>
        <translation>车辆朝其车头方向行驶；倒退或横移的框车头方向反了。</translation>
    </message>
    <message>
        <source>An object that gets a new id half way counts as an identity switch for every tracker that keeps it.</source>
        <translation>中途更换编号的物体，对保持编号的跟踪器来说就是一次身份切换。</translation>
    </message>
    <message>
        <source>A car does not become a lorry; one of the two categories is wrong, and the tracks are one.</source>
        <translation>汽车不会变成卡车；两个类别之一有误，而两个目标是同一个。</translation>
    </message>
    <message>
        <source>A box that is moving and parked at once is one of the two; formats keep only one.</source>
        <translation>同时运动又停放的框只能是其中之一；各格式只保留一个。</translation>
    </message>
    <message>
        <source>An attribute that is asked of every box of a category was forgotten here.</source>
        <translation>该类别每个框都应说明的属性在此被遗漏。</translation>
    </message>
    <message>
        <source>Parked cars do not drive, and moving ones do not stand for seconds.</source>
        <translation>停放的汽车不会行驶，运动中的也不会静止数秒。</translation>
    </message>
    <message>
        <source>Labels that hold for another moment than the points lie beside everything that moves.</source>
        <translation>与点云时刻不同的标注会偏离一切运动物体。</translation>
    </message>
    <message>
        <source>A box that no sensor confirms is a guess; models learn from it that there are things where nothing is.</source>
        <translation>没有传感器证实的框是猜测；模型会学到不存在的物体。</translation>
    </message>
    <message>
        <source>Things stand on the ground; a box that does not is too high, too low or too short.</source>
        <translation>物体立在地面上；不在地面上的框太高、太低或太矮。</translation>
    </message>
    <message>
        <source>A box that cuts its object teaches models a size that is too small.</source>
        <translation>切掉物体的框会让模型学到过小的尺寸。</translation>
    </message>
    <message>
        <source>A side that faces the sensor and has no points is too far out: the box is too large, or beside its object.</source>
        <translation>面向传感器却没有点的侧面太靠外：框太大，或在物体旁边。</translation>
    </message>
    <message>
        <source>An object that is seen and has no box counts as background for a frame.</source>
        <translation>看得见却没有框的物体在这一帧被当作背景。</translation>
    </message>
    <message>
        <source>A box that is the same in all frames, for something that drives away, is wrong in all but one.</source>
        <translation>驶离的物体在所有帧中用同一个框，除一帧外都是错的。</translation>
    </message>
    <message>
        <source>What moves on a road is what a car must see; without a box it counts as background.</source>
        <translation>道路上运动的物体正是车辆必须看到的；没有框就被当作背景。</translation>
    </message>
    <message>
        <source>Formats that know tracks by category and name would join them.</source>
        <translation>按类别和名称识别目标的格式会将它们合并。</translation>
    </message>
    <message>
        <source>Speeds by the count of frames are wrong where frames were dropped.</source>
        <translation>有丢帧时按帧数计算的速度是错的。</translation>
    </message>
    <message>
        <source>With one or two points neither place nor size can be told.</source>
        <translation>只有一两个点时，位置和尺寸都无法判断。</translation>
    </message>
    <message>
        <source>A turn of the LiDAR takes a tenth of a second: the points of a fast object are metres from where it was.</source>
        <translation>激光雷达转一圈需要十分之一秒：快速物体的点离其所在处有数米。</translation>
    </message>
    <message>
        <source>It has the size of a car and stands alone; without a box it counts as background.</source>
        <translation>它有汽车大小且单独立着；没有框就被当作背景。</translation>
    </message>
</context>
</TS>
