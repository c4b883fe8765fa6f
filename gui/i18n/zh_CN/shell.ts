<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
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
        <source>Click a box to see its numbers, or press {draw-box} to draw one.</source>
        <translation>单击标注框可查看其数值，按 {draw-box} 可新画一个。</translation>
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
        <source>Speed, turn</source>
        <translation>速度、转向</translation>
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
        <source>Panels</source>
        <translation>面板</translation>
    </message>
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
    <name>Speed</name>
    <message>
        <source>Over ground, by the boxes of the track about this frame; below 0 where it goes backwards. Turning to the left is above 0.</source>
        <translation>相对地面的速度，由该目标在本帧前后的标注框得出；倒行时小于 0。向左转时大于 0。</translation>
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
        <source>No tracks yet.
Press {click-box} and click an object, or {draw-box} and drag over it from above.</source>
        <translation>还没有目标。
按 {click-box} 后单击物体，或按 {draw-box} 后在俯视图中框选。</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Try a made-up drive</source>
        <translation>试用合成的采集数据</translation>
    </message>
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
    <name>Panels</name>
    <message>
        <source>Tracks</source>
        <translation>目标列表</translation>
    </message>
    <message>
        <source>Selected box</source>
        <translation>所选标注框</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
</context>
</TS>
