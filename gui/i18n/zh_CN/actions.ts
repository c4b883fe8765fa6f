<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Copy the place under the mouse</source>
        <translation>复制鼠标所指位置</translation>
    </message>
    <message>
        <source>10 frames back</source>
        <translation>后退 10 帧</translation>
    </message>
    <message>
        <source>10 frames on</source>
        <translation>前进 10 帧</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Alt + drag the disc on the floor</source>
        <translation>Alt + 拖动底面圆点</translation>
    </message>
    <message>
        <source>Alt + drag the selected box</source>
        <translation>Alt + 拖动所选框</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>标注框</translation>
    </message>
    <message>
        <source>Category by its number (1 to 9)</source>
        <translation>按编号选择类别（1–9）</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>单击</translation>
    </message>
    <message>
        <source>Click or drag in the timeline</source>
        <translation>在时间轴上单击或拖动</translation>
    </message>
    <message>
        <source>Colour points by height</source>
        <translation>点云按高度着色</translation>
    </message>
    <message>
        <source>Colour points by intensity</source>
        <translation>点云按反射强度着色</translation>
    </message>
    <message>
        <source>Colour points by track</source>
        <translation>点云按目标着色</translation>
    </message>
    <message>
        <source>Copy on</source>
        <translation>复制到下帧</translation>
    </message>
    <message>
        <source>Copy to the next frame</source>
        <translation>复制到下一帧</translation>
    </message>
    <message>
        <source>Delete the box in this frame</source>
        <translation>删除本帧的标注框</translation>
    </message>
    <message>
        <source>Delete the whole track</source>
        <translation>删除整个目标</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Double click a track's name</source>
        <translation>双击目标名称</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <source>Drag a square handle</source>
        <translation>拖动方形控制点</translation>
    </message>
    <message>
        <source>Drag a zoomed picture</source>
        <translation>拖动已放大的图像</translation>
    </message>
    <message>
        <source>Drag an edge or a corner</source>
        <translation>拖动边或角</translation>
    </message>
    <message>
        <source>Drag on the ground</source>
        <translation>在地面上拖动</translation>
    </message>
    <message>
        <source>Drag the disc ahead</source>
        <translation>拖动前方圆点</translation>
    </message>
    <message>
        <source>Drag the disc on the floor</source>
        <translation>拖动底面圆点</translation>
    </message>
    <message>
        <source>Drag the ground</source>
        <translation>拖动空白处</translation>
    </message>
    <message>
        <source>Drag the selected box</source>
        <translation>拖动所选框</translation>
    </message>
    <message>
        <source>Draw a box</source>
        <translation>绘制标注框</translation>
    </message>
    <message>
        <source>Draw box</source>
        <translation>画框</translation>
    </message>
    <message>
        <source>Drop a folder or a project file</source>
        <translation>拖放文件夹或工程文件</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Elsewhere</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Esc during a drag</source>
        <translation>拖动时按 Esc</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export labels...</source>
        <translation>导出标注…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Find a track</source>
        <translation>查找目标</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>第一帧</translation>
    </message>
    <message>
        <source>Flip</source>
        <translation>翻转朝向</translation>
    </message>
    <message>
        <source>Focus on the selection</source>
        <translation>聚焦到所选目标</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>跳转</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Import report...</source>
        <translation>导入报告…</translation>
    </message>
    <message>
        <source>In the 3D view</source>
        <translation>三维视图</translation>
    </message>
    <message>
        <source>In the pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>In the view from above</source>
        <translation>俯视图</translation>
    </message>
    <message>
        <source>Interpolate</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>Interpolate between key frames</source>
        <translation>在关键帧之间插值</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>快捷键与鼠标</translation>
    </message>
    <message>
        <source>Larger points</source>
        <translation>增大点的大小</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>最后一帧</translation>
    </message>
    <message>
        <source>Longer, 5 cm</source>
        <translation>加长 5 厘米</translation>
    </message>
    <message>
        <source>Look at the vehicle again, from behind and above</source>
        <translation>回到车辆：车后视角与俯视全貌</translation>
    </message>
    <message>
        <source>Look straight down</source>
        <translation>俯视视角</translation>
    </message>
    <message>
        <source>Lower</source>
        <translation>降低高度</translation>
    </message>
    <message>
        <source>Mouse, in every view</source>
        <translation>鼠标：所有视图</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>后移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move forward 10 cm (Shift: 2 cm)</source>
        <translation>前移 10 厘米（按住 Shift 为 2 厘米）</translation>
    </message>
    <message>
        <source>Move to its left</source>
        <translation>向框的左侧移动</translation>
    </message>
    <message>
        <source>Move to its right</source>
        <translation>向框的右侧移动</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Narrower</source>
        <translation>变窄</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>下一帧</translation>
    </message>
    <message>
        <source>Next key frame of the track</source>
        <translation>该目标的下一个关键帧</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open a drive's folder...</source>
        <translation>打开采集数据文件夹…</translation>
    </message>
    <message>
        <source>Open a project file...</source>
        <translation>打开工程文件…</translation>
    </message>
    <message>
        <source>Play or stop</source>
        <translation>播放或停止</translation>
    </message>
    <message>
        <source>Points in the pictures</source>
        <translation>在图像上显示点云投影</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>上一帧</translation>
    </message>
    <message>
        <source>Previous key frame of the track</source>
        <translation>该目标的上一个关键帧</translation>
    </message>
    <message>
        <source>Put the panels back</source>
        <translation>恢复默认布局</translation>
    </message>
    <message>
        <source>Put the tool away, or select nothing</source>
        <translation>放下工具，或取消选择</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Right click on a track</source>
        <translation>右键单击目标</translation>
    </message>
    <message>
        <source>Right or middle drag</source>
        <translation>按右键或中键拖动</translation>
    </message>
    <message>
        <source>Select the next box</source>
        <translation>选择下一个标注框</translation>
    </message>
    <message>
        <source>Select the previous box</source>
        <translation>选择上一个标注框</translation>
    </message>
    <message>
        <source>Shift + drag</source>
        <translation>Shift + 拖动</translation>
    </message>
    <message>
        <source>Shorter</source>
        <translation>缩短</translation>
    </message>
    <message>
        <source>Small steps</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Smaller points</source>
        <translation>减小点的大小</translation>
    </message>
    <message>
        <source>Taller, 5 cm</source>
        <translation>加高 5 厘米</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Turn left 2 degrees (Shift: 0.4)</source>
        <translation>左转 2°（按住 Shift 为 0.4°）</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>右转</translation>
    </message>
    <message>
        <source>Turn the heading round</source>
        <translation>翻转朝向</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Wheel over the timeline</source>
        <translation>在时间轴上滚动滚轮</translation>
    </message>
    <message>
        <source>Wider, 5 cm</source>
        <translation>加宽 5 厘米</translation>
    </message>
    <message>
        <source>With the tool for boxes (B)</source>
        <translation>画框工具（B）</translation>
    </message>
    <message>
        <source>a new box of the usual size</source>
        <translation>新建常用尺寸的标注框</translation>
    </message>
    <message>
        <source>give it another category</source>
        <translation>更改类别</translation>
    </message>
    <message>
        <source>go to that frame</source>
        <translation>跳到该帧</translation>
    </message>
    <message>
        <source>lift or lower it (Ctrl does the same)</source>
        <translation>升降该框（按 Ctrl 亦可）</translation>
    </message>
    <message>
        <source>make it large, or small again</source>
        <translation>放大该图像，或恢复原大小</translation>
    </message>
    <message>
        <source>move it</source>
        <translation>移动该框</translation>
    </message>
    <message>
        <source>move that side of the box</source>
        <translation>移动框的这一面</translation>
    </message>
    <message>
        <source>move the bottom of the box</source>
        <translation>移动框的底面</translation>
    </message>
    <message>
        <source>move the box along the ground</source>
        <translation>沿地面移动框</translation>
    </message>
    <message>
        <source>one frame on or back</source>
        <translation>前进或后退一帧</translation>
    </message>
    <message>
        <source>open it</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>put the box back to where it was</source>
        <translation>标注框恢复原状</translation>
    </message>
    <message>
        <source>rename it</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>resize the box</source>
        <translation>调整框的大小</translation>
    </message>
    <message>
        <source>select the box under the cursor</source>
        <translation>选中光标下的标注框</translation>
    </message>
    <message>
        <source>shift it</source>
        <translation>平移图像</translation>
    </message>
    <message>
        <source>shift the view</source>
        <translation>平移视图</translation>
    </message>
    <message>
        <source>turn about that point from now on</source>
        <translation>以光标处的点为旋转中心</translation>
    </message>
    <message>
        <source>turn the box</source>
        <translation>旋转框</translation>
    </message>
    <message>
        <source>turn the view</source>
        <translation>旋转视图</translation>
    </message>
    <message>
        <source>zoom at the cursor</source>
        <translation>以光标为中心缩放</translation>
    </message>
</context>
</TS>
