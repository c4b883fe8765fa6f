<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Mouse in all frames of the track (M)</source>
        <translation>目标的所有帧中的鼠标（M）</translation>
    </message>
    <message>
        <source>Select all cells</source>
        <translation>全选单元格</translation>
    </message>
    <message>
        <source>Accept, and go to the next cell</source>
        <translation>确认，并转到下一个单元格</translation>
    </message>
    <message>
        <source>Interpolate within the selection</source>
        <translation>在选中范围内插值</translation>
    </message>
    <message>
        <source>Give the size of this cell to the others</source>
        <translation>将此单元格的尺寸应用到其他</translation>
    </message>
    <message>
        <source>Fit to the points in each cell</source>
        <translation>按每个单元格的点云拟合</translation>
    </message>
    <message>
        <source>Lay on the points in each cell</source>
        <translation>在每个单元格中贴合点云</translation>
    </message>
    <message>
        <source>Turn the headings of the cells round</source>
        <translation>翻转单元格的朝向</translation>
    </message>
    <message>
        <source>Delete the boxes of the cells</source>
        <translation>删除单元格的框</translation>
    </message>
    <message>
        <source>Doubtful boxes first, or in time</source>
        <translation>可疑的框优先，或按时间</translation>
    </message>
    <message>
        <source>Open the frame of the cell in the views</source>
        <translation>在视图中打开单元格的帧</translation>
    </message>
    <message>
        <source>In all frames of the track (M)</source>
        <translation>在目标的所有帧中（M）</translation>
    </message>
    <message>
        <source>Click, Ctrl + click, Shift + click</source>
        <translation>单击、Ctrl + 单击、Shift + 单击</translation>
    </message>
    <message>
        <source>select cells</source>
        <translation>选择单元格</translation>
    </message>
    <message>
        <source>Drag an edge, the inside or the disc</source>
        <translation>拖动边、内部或圆点</translation>
    </message>
    <message>
        <source>change that box alone</source>
        <translation>只更改该框</translation>
    </message>
    <message>
        <source>Double click a cell</source>
        <translation>双击单元格</translation>
    </message>
    <message>
        <source>open its frame in the views</source>
        <translation>在视图中打开该帧</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>larger or smaller cells</source>
        <translation>放大或缩小单元格</translation>
    </message>
    <message>
        <source>Ctrl + wheel over the timeline</source>
        <translation>在时间轴上 Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>look closer, or from farther</source>
        <translation>放大或缩小时间轴</translation>
    </message>
    <message>
        <source>Drag a bracket in the timeline</source>
        <translation>拖动时间轴中的方括号</translation>
    </message>
    <message>
        <source>change where the track begins or ends</source>
        <translation>更改目标的起点或终点</translation>
    </message>
    <message>
        <source>All frames of the track</source>
        <translation>目标的所有帧</translation>
    </message>
    <message>
        <source>All frames</source>
        <translation>所有帧</translation>
    </message>
    <message>
        <source>Begin the track in this frame</source>
        <translation>目标从当前帧开始</translation>
    </message>
    <message>
        <source>End the track in this frame</source>
        <translation>目标在当前帧结束</translation>
    </message>
    <message>
        <source>Next box that nobody has checked</source>
        <translation>下一个未确认的框</translation>
    </message>
    <message>
        <source>Previous box that nobody has checked</source>
        <translation>上一个未确认的框</translation>
    </message>
    <message>
        <source>Next finding of the checks</source>
        <translation>下一条检查结果</translation>
    </message>
</context>
<context>
    <name>Spans</name>
    <message>
        <source>The track would have no box left; {delete-track} deletes it whole.</source>
        <translation>目标将不再有任何框；按 {delete-track} 可删除整个目标。</translation>
    </message>
    <message>
        <source>Frames {0} to {1}: {2} boxes deleted, {3} carried on</source>
        <translation>第 {0} 至 {1} 帧：删除 {2} 个框，延续 {3} 个框</translation>
    </message>
    <message>
        <source>Change the life of a track</source>
        <translation>更改目标的起止</translation>
    </message>
    <message>
        <source>Every box from here on is made or checked by a person</source>
        <translation>从这里起，所有框都由人工标注或确认过</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>The labels keep every rule</source>
        <translation>标注符合所有规则</translation>
    </message>
    <message>
        <source>{0} of {1}: {2}</source>
        <translation>第 {0} / {1} 条：{2}</translation>
    </message>
    <message>
        <source>{0} of {1}, track {2}: {3}</source>
        <translation>第 {0} / {1} 条，目标 {2}：{3}</translation>
    </message>
</context>
<context>
    <name>BoxMarks</name>
    <message>
        <source>key frame, in the colour of who made it</source>
        <translation>关键帧，颜色表示来源</translation>
    </message>
    <message>
        <source>made or checked by a person</source>
        <translation>人工标注或确认</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>interpolated</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>carried on by the machine</source>
        <translation>由机器传播</translation>
    </message>
    <message>
        <source>found by the machine</source>
        <translation>由机器检出</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>Frames {0} to {1}: {2} boxes go, {3} are carried on</source>
        <translation>第 {0} 至 {1} 帧：将删除 {2} 个框，延续 {3} 个框</translation>
    </message>
    <message>
        <source>Drag to change where the track begins or ends</source>
        <translation>拖动以更改目标的起点或终点</translation>
    </message>
    <message>
        <source>{0} tracks live in it (the strip at the foot)</source>
        <translation>其中有 {0} 个目标（底部的条带）</translation>
    </message>
</context>
<context>
    <name>Doubts</name>
    <message>
        <source>size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>heading</source>
        <translation>朝向</translation>
    </message>
    <message>
        <source>not its motion</source>
        <translation>与运动不符</translation>
    </message>
    <message>
        <source>jump</source>
        <translation>跳动</translation>
    </message>
    <message>
        <source>few points</source>
        <translation>点太少</translation>
    </message>
    <message>
        <source>points outside</source>
        <translation>框外有点</translation>
    </message>
</context>
<context>
    <name>BatchGrid</name>
    <message>
        <source>{0} points</source>
        <translation>{0} 点</translation>
    </message>
</context>
<context>
    <name>BatchDeeds</name>
    <message>
        <source>Accept boxes</source>
        <translation>确认框</translation>
    </message>
    <message>
        <source>{0} boxes accepted</source>
        <translation>已确认 {0} 个框</translation>
    </message>
    <message>
        <source>Delete boxes</source>
        <translation>删除框</translation>
    </message>
    <message>
        <source>{0} boxes deleted</source>
        <translation>已删除 {0} 个框</translation>
    </message>
    <message>
        <source>Turn boxes round</source>
        <translation>翻转框的朝向</translation>
    </message>
    <message>
        <source>{0} boxes turned round</source>
        <translation>已翻转 {0} 个框</translation>
    </message>
    <message>
        <source>{0} boxes have another size now</source>
        <translation>{0} 个框的尺寸已更改</translation>
    </message>
    <message>
        <source>Give boxes one size</source>
        <translation>统一框的尺寸</translation>
    </message>
    <message>
        <source>Interpolate a track</source>
        <translation>对目标插值</translation>
    </message>
    <message>
        <source>Nothing changed between the key frames</source>
        <translation>关键帧之间没有变化</translation>
    </message>
    <message>
        <source>{0} boxes interpolated</source>
        <translation>已插值 {0} 个框</translation>
    </message>
    <message>
        <source>Fit boxes to their points</source>
        <translation>按点云拟合框</translation>
    </message>
    <message>
        <source>Lay boxes on their points</source>
        <translation>将框贴合点云</translation>
    </message>
    <message>
        <source>{0} boxes fitted to their points</source>
        <translation>已按点云拟合 {0} 个框</translation>
    </message>
    <message>
        <source>{0} of {1} boxes fitted to their points; the others have too few</source>
        <translation>{1} 个框中有 {0} 个已按点云拟合；其余的点太少</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>No cell is selected</source>
        <translation>没有选中任何单元格</translation>
    </message>
    <message>
        <source>Select a track to see all its frames here.</source>
        <translation>选择一个目标，即可在此查看它的所有帧。</translation>
    </message>
    <message>
        <source>This track has no box.</source>
        <translation>该目标没有框。</translation>
    </message>
    <message>
        <source>{0} frames</source>
        <translation>{0} 帧</translation>
    </message>
    <message>
        <source>{0} look wrong</source>
        <translation>{0} 个可疑</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>已选 {0} 个</translation>
    </message>
    <message>
        <source>{0} still to be looked at</source>
        <translation>还有 {0} 个待查看</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select every frame</source>
        <translation>选中所有帧</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Checked by a person: they stay as they are</source>
        <translation>标为人工确认：框本身不变</translation>
    </message>
    <message>
        <source>Interpolate</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>Fill between key frames, within the selection</source>
        <translation>在选中范围内的关键帧之间插值</translation>
    </message>
    <message>
        <source>Same size</source>
        <translation>同尺寸</translation>
    </message>
    <message>
        <source>Give the size of the current cell to the selected ones, or to all where it is alone</source>
        <translation>将当前单元格的尺寸应用到选中的框；只选一个时应用到全部</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>Fit the selected boxes to their points</source>
        <translation>按点云拟合选中的框</translation>
    </message>
    <message>
        <source>Lay on</source>
        <translation>贴合</translation>
    </message>
    <message>
        <source>Lay the selected boxes on their points in the size they have</source>
        <translation>保持尺寸，将选中的框贴合点云</translation>
    </message>
    <message>
        <source>Flip</source>
        <translation>翻转</translation>
    </message>
    <message>
        <source>Turn the headings round</source>
        <translation>翻转朝向</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the selected boxes</source>
        <translation>删除选中的框</translation>
    </message>
    <message>
        <source>Doubtful first</source>
        <translation>可疑优先</translation>
    </message>
    <message>
        <source>Sort by how wrong the boxes look, and look at all of them</source>
        <translation>按可疑程度排序，并查看所有框</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Back to the views  (Esc or M; Ctrl+Return or a double click opens the frame)</source>
        <translation>返回视图（Esc 或 M；Ctrl+Return 或双击打开该帧）</translation>
    </message>
</context>
</TS>
