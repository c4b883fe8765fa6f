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
        <source>Hide the ground in 3D</source>
        <translation>在三维视图中隐藏地面</translation>
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
        <translation>在时间轴上点击或拖动</translation>
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
        <translation>删除整个目标轨迹</translation>
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
        <source>Look from behind the vehicle</source>
        <translation>车后视角</translation>
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
        <translation>右键点击目标</translation>
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
        <translation>朝向翻转 180°</translation>
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
        <source>a new box there, as high as its points</source>
        <translation>新建标注框，高度取自其中的点</translation>
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
<context>
    <name>BoxPanel</name>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Centre x, y, z in the vehicle's frame</source>
        <translation>中心 x、y、z（自车坐标系）</translation>
    </message>
    <message>
        <source>Click a box to see its numbers, or press B to draw one.</source>
        <translation>点击标注框可查看其数值，按 B 可新画一个。</translation>
    </message>
    <message>
        <source>Heading</source>
        <translation>航向角</translation>
    </message>
    <message>
        <source>Length, width, height</source>
        <translation>长、宽、高</translation>
    </message>
    <message>
        <source>Move a box</source>
        <translation>移动标注框</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Points inside</source>
        <translation>框内点数</translation>
    </message>
    <message>
        <source>Resize a box</source>
        <translation>调整标注框尺寸</translation>
    </message>
    <message>
        <source>The keys 1 to 9 give one of the first nine.</source>
        <translation>按键 1–9 对应前九个类别。</translation>
    </message>
    <message>
        <source>This track has no box in this frame.</source>
        <translation>该目标在本帧没有标注框。</translation>
    </message>
    <message>
        <source>Turn a box</source>
        <translation>旋转标注框</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>可见度</translation>
    </message>
    <message>
        <source>between key frames</source>
        <translation>非关键帧</translation>
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
        <source>key frame</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>made by a person</source>
        <translation>人工标注</translation>
    </message>
    <message>
        <source>made by the machine</source>
        <translation>自动标注</translation>
    </message>
    <message>
        <source>propagated</source>
        <translation>传播</translation>
    </message>
</context>
<context>
    <name>CameraPane</name>
    <message>
        <source>No picture</source>
        <translation>没有图像</translation>
    </message>
    <message>
        <source>Not calibrated</source>
        <translation>未标定</translation>
    </message>
    <message>
        <source>The picture is missing or cannot be read</source>
        <translation>图像缺失或无法读取</translation>
    </message>
</context>
<context>
    <name>CameraStrip</name>
    <message>
        <source>This drive has no cameras</source>
        <translation>该数据没有相机</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Adjust a box</source>
        <translation>微调标注框</translation>
    </message>
    <message>
        <source>Change a category</source>
        <translation>更改类别</translation>
    </message>
    <message>
        <source>Change an attribute</source>
        <translation>更改属性</translation>
    </message>
    <message>
        <source>Change the visibility</source>
        <translation>更改可见度</translation>
    </message>
    <message>
        <source>Copy a box to the next frame</source>
        <translation>将标注框复制到下一帧</translation>
    </message>
    <message>
        <source>Delete a box</source>
        <translation>删除标注框</translation>
    </message>
    <message>
        <source>Delete a track</source>
        <translation>删除目标轨迹</translation>
    </message>
    <message>
        <source>Draw a box</source>
        <translation>绘制标注框</translation>
    </message>
    <message>
        <source>Interpolate a track</source>
        <translation>插值目标轨迹</translation>
    </message>
    <message>
        <source>Name a track</source>
        <translation>命名目标</translation>
    </message>
    <message>
        <source>Nothing changed between the key frames</source>
        <translation>关键帧之间没有需要改动的内容</translation>
    </message>
    <message>
        <source>Something went wrong inside: {0}</source>
        <translation>程序内部出错：{0}</translation>
    </message>
    <message>
        <source>Turn a box round</source>
        <translation>翻转标注框朝向</translation>
    </message>
    <message>
        <source>{0} boxes written</source>
        <translation>已写入 {0} 个标注框</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
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
        <source>Export labels</source>
        <translation>导出标注</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Make the new folder in</source>
        <translation>新文件夹的位置</translation>
    </message>
    <message>
        <source>Name the folder to make.</source>
        <translation>请输入要新建的文件夹名称。</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新文件夹</translation>
    </message>
    <message>
        <source>The folder above it does not exist.</source>
        <translation>上级文件夹不存在。</translation>
    </message>
    <message>
        <source>This exists already; an export never writes over anything.</source>
        <translation>该路径已存在；导出不会覆盖任何文件。</translation>
    </message>
</context>
<context>
    <name>ImportReport</name>
    <message>
        <source>Calibration</source>
        <translation>标定</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation>点云</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Fields of the points</source>
        <translation>点的字段</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>导入报告</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>OUTSIDE</source>
        <translation>在图外</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Scenes</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>There is nothing to say.</source>
        <translation>没有需要说明的内容。</translation>
    </message>
    <message>
        <source>To know ({0})</source>
        <translation>须知（{0}）</translation>
    </message>
    <message>
        <source>after frame</source>
        <translation>在此帧之后</translation>
    </message>
    <message>
        <source>boxes</source>
        <translation>标注框</translation>
    </message>
    <message>
        <source>boxes looked at</source>
        <translation>已检查的框</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>centre</source>
        <translation>主点</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>files absent</source>
        <translation>缺失文件</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>from</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>gaps</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>在图内</translation>
    </message>
    <message>
        <source>invalid</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>key boxes</source>
        <translation>关键框</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>labelled frames</source>
        <translation>有标注的帧</translation>
    </message>
    <message>
        <source>lidar</source>
        <translation>激光雷达</translation>
    </message>
    <message>
        <source>longest (s)</source>
        <translation>最长（秒）</translation>
    </message>
    <message>
        <source>mean l, w, h (m)</source>
        <translation>平均长、宽、高（米）</translation>
    </message>
    <message>
        <source>median points</source>
        <translation>点数中位数</translation>
    </message>
    <message>
        <source>per second</source>
        <translation>每秒</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图像尺寸</translation>
    </message>
    <message>
        <source>points</source>
        <translation>点数</translation>
    </message>
    <message>
        <source>points a sweep</source>
        <translation>每次扫描点数</translation>
    </message>
    <message>
        <source>points in picture</source>
        <translation>落在图像内的点</translation>
    </message>
    <message>
        <source>position (m)</source>
        <translation>位置（米）</translation>
    </message>
    <message>
        <source>radar</source>
        <translation>毫米波雷达</translation>
    </message>
    <message>
        <source>read</source>
        <translation>已读</translation>
    </message>
    <message>
        <source>recordings</source>
        <translation>记录数</translation>
    </message>
    <message>
        <source>scene</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>shifted by</source>
        <translation>平移量</translation>
    </message>
    <message>
        <source>shown from</source>
        <translation>显示原点</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>sweeps</source>
        <translation>激光扫描</translation>
    </message>
    <message>
        <source>sweeps read</source>
        <translation>已读扫描</translation>
    </message>
    <message>
        <source>to</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>without a point</source>
        <translation>不含点的框</translation>
    </message>
    <message>
        <source>yaw, pitch, roll (°)</source>
        <translation>偏航、俯仰、横滚（°）</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>The faster one</source>
        <translation>较快者</translation>
    </message>
    <message>
        <source>VTK (graphics card)</source>
        <translation>VTK（显卡）</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Points drawn by</source>
        <translation>点的绘制方式</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
</context>
<context>
    <name>MessageStrip</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>count points</source>
        <translation>正在统计点</translation>
    </message>
    <message>
        <source>sort points</source>
        <translation>正在给点排序</translation>
    </message>
    <message>
        <source>write tiles</source>
        <translation>正在写入瓦片</translation>
    </message>
    <message>
        <source>unpack points</source>
        <translation>正在解压点</translation>
    </message>
    <message>
        <source>another program builds the same tiles; waiting for it</source>
        <translation>另一个程序正在构建同样的瓦片；正在等待</translation>
    </message>
    <message>
        <source>the disk is full: building the tiles takes {0} bytes ({1} GB)</source>
        <translation>磁盘已满：构建瓦片需要 {0} 字节（{1} GB）</translation>
    </message>
    <message>
        <source>make room, or choose a folder on another disk; nothing was left there</source>
        <translation>请腾出空间，或选择另一块磁盘上的文件夹；没有留下任何文件</translation>
    </message>
    <message>
        <source>the tiles cannot be written: {0}</source>
        <translation>无法写入瓦片：{0}</translation>
    </message>
    <message>
        <source>nothing was left there</source>
        <translation>没有留下任何文件</translation>
    </message>
    <message>
        <source>the cache cannot be written: {0}</source>
        <translation>无法写入缓存：{0}</translation>
    </message>
    <message>
        <source>set XDG_CACHE_HOME to another folder</source>
        <translation>请把 XDG_CACHE_HOME 设为另一个文件夹</translation>
    </message>
    <message>
        <source>a file of the tile store is gone</source>
        <translation>瓦片存储中的一个文件不见了</translation>
    </message>
    <message>
        <source>remove the store and build it again</source>
        <translation>请删除该存储并重新构建</translation>
    </message>
    <message>
        <source>the file ends before its last tile</source>
        <translation>文件在最后一块瓦片之前就结束了</translation>
    </message>
    <message>
        <source>tiles cannot be read: {0}</source>
        <translation>无法读取瓦片：{0}</translation>
    </message>
    <message>
        <source>an export to this target is running already</source>
        <translation>已有导出任务正在写入该目标</translation>
    </message>
    <message>
        <source>camera {0} has no calibration</source>
        <translation>相机 {0} 没有标定</translation>
    </message>
    <message>
        <source>change its box in another frame first</source>
        <translation>请先在另一帧修改它的标注框</translation>
    </message>
    <message>
        <source>choose another name, or remove it first</source>
        <translation>请换一个名称，或先将其删除</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>cut off while it was read</source>
        <translation>读取时文件被截断</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>formats that can be read: {0}</source>
        <translation>可读取的格式：{0}</translation>
    </message>
    <message>
        <source>import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>it was kept as it is</source>
        <translation>已保持不变</translation>
    </message>
    <message>
        <source>labels of {0} frames without a cloud are left out: {1}</source>
        <translation>有 {0} 帧没有点云，其标注已略去：{1}</translation>
    </message>
    <message>
        <source>look at</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>make room, or choose another disk</source>
        <translation>请清理空间，或换一个磁盘</translation>
    </message>
    <message>
        <source>move the data back, or keep the project file beside it</source>
        <translation>请将数据移回原处，或将工程文件与数据放在一起</translation>
    </message>
    <message>
        <source>not a data set in any known format (tried {0})</source>
        <translation>不是任何已知格式的数据集（已尝试 {0}）</translation>
    </message>
    <message>
        <source>nothing is left to undo: what came before is the import of the drive</source>
        <translation>没有可撤销的内容：再往前是数据导入</translation>
    </message>
    <message>
        <source>nothing was left half-written</source>
        <translation>没有留下写了一半的内容</translation>
    </message>
    <message>
        <source>nothing was written; see: lidar-label check</source>
        <translation>未写入任何内容；详见 lidar-label check</translation>
    </message>
    <message>
        <source>reading back</source>
        <translation>回读</translation>
    </message>
    <message>
        <source>stopped before it was done</source>
        <translation>已停止，任务未完成</translation>
    </message>
    <message>
        <source>the data of scene {0} is not there: {1}</source>
        <translation>找不到场景 {0} 的数据：{1}</translation>
    </message>
    <message>
        <source>the disk has {0} GB free and this takes about {1} GB</source>
        <translation>磁盘剩余 {0} GB，本次约需 {1} GB</translation>
    </message>
    <message>
        <source>the file cannot be read: {0}</source>
        <translation>无法读取文件：{0}</translation>
    </message>
    <message>
        <source>the file ends before its last point</source>
        <translation>文件在最后一个点之前就结束了</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>文件不完整</translation>
    </message>
    <message>
        <source>the file is not there</source>
        <translation>文件不存在</translation>
    </message>
    <message>
        <source>the folder is empty</source>
        <translation>文件夹为空</translation>
    </message>
    <message>
        <source>the folder may not be read</source>
        <translation>没有读取该文件夹的权限</translation>
    </message>
    <message>
        <source>the next frame has a key frame of this track already</source>
        <translation>该目标在下一帧已有关键帧</translation>
    </message>
    <message>
        <source>the picture is not there</source>
        <translation>图像不存在</translation>
    </message>
    <message>
        <source>the points have no usable time, so a tenth of a second is assumed between frames</source>
        <translation>点没有可用的时间，按帧间隔 0.1 秒处理</translation>
    </message>
    <message>
        <source>the points have no usable time, so a tenth of a second is assumed between numbers of frames</source>
        <translation>点没有可用的时间，按相邻帧号间隔 0.1 秒处理</translation>
    </message>
    <message>
        <source>the project file cannot be made: {0}</source>
        <translation>无法创建工程文件：{0}</translation>
    </message>
    <message>
        <source>the project file cannot be read: {0}</source>
        <translation>无法读取工程文件：{0}</translation>
    </message>
    <message>
        <source>the project file was made by a newer version (schema {0}, this version knows {1})</source>
        <translation>工程文件由更新的版本创建（结构版本 {0}，本版本支持 {1}）</translation>
    </message>
    <message>
        <source>the target exists already</source>
        <translation>目标已存在</translation>
    </message>
    <message>
        <source>the target lies inside the data it is made from, {0}</source>
        <translation>目标位于源数据 {0} 之内</translation>
    </message>
    <message>
        <source>there are no poses, so each cloud stands in its own world</source>
        <translation>没有自车位姿，每帧点云使用各自的坐标系</translation>
    </message>
    <message>
        <source>there are no poses, so each frame stands in its own world</source>
        <translation>没有自车位姿，每帧使用各自的坐标系</translation>
    </message>
    <message>
        <source>there are no times, so ten frames a second are assumed</source>
        <translation>没有时间戳，按每秒 10 帧处理</translation>
    </message>
    <message>
        <source>there is nothing at this path</source>
        <translation>该路径不存在</translation>
    </message>
    <message>
        <source>there is nothing to interpolate between: the track has fewer than two key frames</source>
        <translation>无法插值：该目标的关键帧不足两个</translation>
    </message>
    <message>
        <source>this is no picture that can be decoded</source>
        <translation>无法解码该图像</translation>
    </message>
    <message>
        <source>this is not a lidar-label project file</source>
        <translation>这不是 lidar-label 工程文件</translation>
    </message>
    <message>
        <source>update lidar-label</source>
        <translation>请更新 lidar-label</translation>
    </message>
    <message>
        <source>wait for it to end</source>
        <translation>请等待其结束</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>{0} labels break a rule, the first: {1}</source>
        <translation>有 {0} 处标注违反规则，第一处：{1}</translation>
    </message>
    <message>
        <source>{0} points of {1} bytes are {2} bytes and {3} are there</source>
        <translation>{0} 个点（每点 {1} 字节）应为 {2} 字节，实际只有 {3} 字节</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Export done</source>
        <translation>导出完成</translation>
    </message>
    <message>
        <source>To know:</source>
        <translation>注意事项：</translation>
    </message>
    <message>
        <source>What this format cannot hold:</source>
        <translation>该格式无法保存的内容：</translation>
    </message>
    <message>
        <source>{0} boxes were written to {1}</source>
        <translation>已将 {0} 个标注框写入 {1}</translation>
    </message>
    <message>
        <source>{0}: {1} frames, {2} tracks, {3} boxes</source>
        <translation>{0}：{1} 帧，{2} 个目标，{3} 个标注框</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>快捷键与鼠标</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Move a box</source>
        <translation>移动标注框</translation>
    </message>
    <message>
        <source>Resize a box</source>
        <translation>调整标注框尺寸</translation>
    </message>
    <message>
        <source>Turn a box</source>
        <translation>旋转标注框</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>{0} shown, {1} loaded, {2} in all</source>
        <translation>显示 {0} 点，已载入 {1} 点，共 {2} 点</translation>
    </message>
    <message>
        <source>Drag on the ground to draw: {0}. Esc puts the tool away.</source>
        <translation>在地面上拖动以绘制：{0}。按 Esc 放下工具。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>frame {0} · points {1} · boxes {2} · tracks {3}</source>
        <translation>第 {0} 帧 · {1} 个点 · {2} 个标注框 · {3} 个目标</translation>
    </message>
    <message>
        <source>points inside {0}</source>
        <translation>框内 {0} 个点</translation>
    </message>
    <message>
        <source>working</source>
        <translation>正在处理</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>frame {0}</source>
        <translation>第 {0} 帧</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Play at the true rate</source>
        <translation>按真实速率播放</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>TopView</name>
    <message>
        <source>vehicle frame: x up, y left</source>
        <translation>自车坐标系：x 向上，y 向左</translation>
    </message>
</context>
<context>
    <name>TracksModel</name>
    <message>
        <source>Boxes</source>
        <translation>框数</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧范围</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>目标</translation>
    </message>
</context>
<context>
    <name>TracksPanel</name>
    <message>
        <source>Filter by name or category</source>
        <translation>按名称或类别筛选</translation>
    </message>
    <message>
        <source>No tracks yet.
Press B and drag over an object on the ground.</source>
        <translation>还没有目标。
按 B，然后在地面上框选物体。</translation>
    </message>
</context>
<context>
    <name>View3D</name>
    <message>
        <source>No points in this frame</source>
        <translation>本帧没有点</translation>
    </message>
    <message>
        <source>No sweep in this frame</source>
        <translation>本帧没有点云</translation>
    </message>
    <message>
        <source>This drive has no frames</source>
        <translation>该数据没有任何帧</translation>
    </message>
    <message>
        <source>This drive has no intensities: coloured by height</source>
        <translation>该数据没有反射强度：已按高度着色</translation>
    </message>
    <message>
        <source>vehicle frame</source>
        <translation>自车坐标系</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Drop a drive's folder or a project file here, or open one. F1 shows the keys.</source>
        <translation>将采集数据文件夹或工程文件拖放到此处，或从下方打开。按 F1 查看快捷键。</translation>
    </message>
    <message>
        <source>Open a drive's folder</source>
        <translation>打开采集数据文件夹</translation>
    </message>
    <message>
        <source>Open a project file</source>
        <translation>打开工程文件</translation>
    </message>
    <message>
        <source>Opened last</source>
        <translation>最近打开</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Category of the next new box (keys 1 to 9)</source>
        <translation>下一个新标注框的类别（按键 1–9）</translation>
    </message>
    <message>
        <source>Label driving data in 3D: from a raw drive to checked box tracks.</source>
        <translation>自动驾驶数据三维标注：从原始采集数据到通过检查的目标轨迹。</translation>
    </message>
    <message>
        <source>Open a drive's folder</source>
        <translation>打开采集数据文件夹</translation>
    </message>
    <message>
        <source>Open a project file</source>
        <translation>打开工程文件</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>Report on a drive's folder</source>
        <translation>为数据文件夹生成报告</translation>
    </message>
    <message>
        <source>Selected box</source>
        <translation>所选标注框</translation>
    </message>
    <message>
        <source>Something went wrong inside: {0}. Your labels are stored.</source>
        <translation>程序内部出错：{0}。标注已保存。</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>目标列表</translation>
    </message>
</context>
<context>
    <name>Painting</name>
    <message>
        <source>VTK</source>
        <translation>VTK</translation>
    </message>
    <message>
        <source>software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Points drawn by: {0} (as chosen)</source>
        <translation>点的绘制方式：{0}（手动选择）</translation>
    </message>
    <message>
        <source>Points drawn by: {0} (not measured yet)</source>
        <translation>点的绘制方式：{0}（尚未测速）</translation>
    </message>
    <message>
        <source>Points drawn by: {0} (VTK does not work here)</source>
        <translation>点的绘制方式：{0}（VTK 在此无法使用）</translation>
    </message>
    <message>
        <source>Points drawn by: {0} (a million points: VTK {1} ms, software {2} ms; {3})</source>
        <translation>点的绘制方式：{0}（一百万点：VTK {1} 毫秒，软件 {2} 毫秒；{3}）</translation>
    </message>
</context>
<context>
    <name>Pointer</name>
    <message>
        <source>Copied: {0}</source>
        <translation>已复制：{0}</translation>
    </message>
</context>
</TS>
