<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
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
        <translation>删除目标</translation>
    </message>
    <message>
        <source>Draw a box</source>
        <translation>绘制标注框</translation>
    </message>
    <message>
        <source>Interpolate a track</source>
        <translation>对目标插值</translation>
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
    <name>Messages</name>
    <message>
        <source>the cloud these tiles were built from is not there: {0}</source>
        <translation>构建这些瓦片所用的点云不在：{0}</translation>
    </message>
    <message>
        <source>move the data back, or keep the tiles beside it</source>
        <translation>请把数据移回原处，或将瓦片与其放在一起</translation>
    </message>
    <message>
        <source>its source changed since</source>
        <translation>其来源此后已更改</translation>
    </message>
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
        <source>an earlier build of these tiles was ended half way; what it left was removed, and it starts over</source>
        <translation>此前构建这些瓦片时中途被终止；已清除其残留，现在重新开始</translation>
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
        <source>choose another folder for the cache</source>
        <translation>请为缓存另选一个文件夹</translation>
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
        <source>lidar-label project</source>
        <translation>lidar-label 工程</translation>
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
    <message>
        <source>{0} recordings between the frames are lost</source>
        <translation>帧之间的 {0} 条记录会丢失</translation>
    </message>
    <message>
        <source>pictures and calibrations of cameras are lost: {0}</source>
        <translation>相机的图像和标定会丢失：{0}</translation>
    </message>
    <message>
        <source>ego poses are lost: each frame stands alone</source>
        <translation>自车位姿会丢失：每帧各自独立</translation>
    </message>
    <message>
        <source>times are lost: frames keep their order alone</source>
        <translation>时间戳会丢失：只保留帧的顺序</translation>
    </message>
    <message>
        <source>{0} boxes are lost, with their {1}</source>
        <translation>{0} 个标注框会丢失，连同其{1}</translation>
    </message>
    <message>
        <source>tracks are lost: each box becomes an object of its own</source>
        <translation>目标轨迹会丢失：每个标注框成为单独的目标</translation>
    </message>
    <message>
        <source>attributes are lost: {0}</source>
        <translation>属性会丢失：{0}</translation>
    </message>
    <message>
        <source>visibility levels are lost</source>
        <translation>可见度等级会丢失</translation>
    </message>
    <message>
        <source>scores are lost</source>
        <translation>置信分数会丢失</translation>
    </message>
    <message>
        <source>{0} boxes lean; only their yaw about world's vertical is kept</source>
        <translation>{0} 个标注框有倾斜；只保留绕世界竖直轴的偏航角</translation>
    </message>
    <message>
        <source>a camera has one lens, the first; others are lost: {0}</source>
        <translation>每个相机只能有一组镜头参数，保留第一组；其余会丢失：{0}</translation>
    </message>
    <message>
        <source>there is room for one LiDAR; lost: {0}</source>
        <translation>只能容纳一个激光雷达；会丢失：{0}</translation>
    </message>
    <message>
        <source>there is no room for a lens that distorts: {0}</source>
        <translation>无法保存带畸变的镜头：{0}</translation>
    </message>
    <message>
        <source>which boxes a person fixed is lost: all look alike</source>
        <translation>无法区分哪些框是人工确定的：所有框看起来都一样</translation>
    </message>
    <message>
        <source>{0} sensor files were not there; absent clouds were written empty, absent pictures not at all</source>
        <translation>{0} 个传感器文件不存在；缺失的点云写成空文件，缺失的图像未写出</translation>
    </message>
    <message>
        <source>attributes of whole tracks are written on each of their boxes</source>
        <translation>整个目标的属性会写到它的每个标注框上</translation>
    </message>
    <message>
        <source>unrelated frames become those of one drive</source>
        <translation>互不相关的帧会合成一段行程</translation>
    </message>
    <message>
        <source>unrelated frames become one drive, as a task is one</source>
        <translation>互不相关的帧会合成一段行程，因为一个任务就是一段</translation>
    </message>
    <message>
        <source>unrelated frames become one drive, as a sequence is one</source>
        <translation>互不相关的帧会合成一段行程，因为一个序列就是一段</translation>
    </message>
    <message>
        <source>calibrations of cameras are lost, pictures kept: {0}</source>
        <translation>相机标定会丢失，图像保留：{0}</translation>
    </message>
    <message>
        <source>clouds come back in the vehicle's frame: the LiDAR's mounting is lost</source>
        <translation>点云以自车坐标系保存：激光雷达的安装位置会丢失</translation>
    </message>
    <message>
        <source>a camera's mounting becomes that of its first picture; where each picture was taken is kept</source>
        <translation>相机安装位置取自其第一张图像；每张图像的拍摄位置保留</translation>
    </message>
    <message>
        <source>of points their place, intensity and time are kept; other fields of points are lost</source>
        <translation>点只保留位置、强度和时间；其他字段会丢失</translation>
    </message>
    <message>
        <source>of points their place, intensity and colours are kept; other fields of points are lost</source>
        <translation>点只保留位置、强度和颜色；其他字段会丢失</translation>
    </message>
    <message>
        <source>of each point, {0} has no place</source>
        <translation>点的字段 {0} 无处保存</translation>
    </message>
    <message>
        <source>the name of the scene is no folder's or file's name: it is {0}</source>
        <translation>场景名不能用作文件夹或文件名：改为 {0}</translation>
    </message>
    <message>
        <source>the scene cannot keep its name: it is {0}</source>
        <translation>场景不能保留原名：改为 {0}</translation>
    </message>
    <message>
        <source>the name of the scene is lost: it is {0}</source>
        <translation>场景名会丢失：改为 {0}</translation>
    </message>
    <message>
        <source>the name of the scene is lost: it is sequence {0}</source>
        <translation>场景名会丢失：改为序列 {0}</translation>
    </message>
    <message>
        <source>{0} points without a return are left out: there is no number for them</source>
        <translation>{0} 个无回波的点被略去：没有数值可以表示它们</translation>
    </message>
    <message>
        <source>times are rounded to whole microseconds</source>
        <translation>时间戳取整到微秒</translation>
    </message>
    <message>
        <source>positions are written less {0}, {1}, {2} m, since float32 is too coarse so far away</source>
        <translation>写出的坐标减去了 {0}、{1}、{2} 米，因为离原点这么远时 float32 精度不够</translation>
    </message>
    <message>
        <source>a job takes {0} frames a sequence; there are {1}</source>
        <translation>一个作业每个序列最多 {0} 帧；这里有 {1} 帧</translation>
    </message>
    <message>
        <source>a job takes {0} pictures a frame; there are {1} cameras</source>
        <translation>一个作业每帧最多 {0} 张图像；这里有 {1} 个相机</translation>
    </message>
    <message>
        <source>a job takes no pictures of cameras without a calibration: {0}</source>
        <translation>作业不接受没有标定的相机图像：{0}</translation>
    </message>
    <message>
        <source>two coefficients of a lens have no name: {0}</source>
        <translation>镜头有两个系数无处保存：{0}</translation>
    </message>
    <message>
        <source>files are named as in {0}: put the name of your bucket there when they are uploaded</source>
        <translation>文件链接写作 {0}：上传时请换成自己的存储桶名</translation>
    </message>
    <message>
        <source>times are lost: the layout has none</source>
        <translation>时间戳会丢失：该格式没有时间</translation>
    </message>
    <message>
        <source>no camera is calibrated: the calibration is of a made-up one, and 2D boxes are -1</source>
        <translation>没有已标定的相机：标定为虚构，二维框写成 -1</translation>
    </message>
    <message>
        <source>blanks in categories become underscores: {0}</source>
        <translation>类别名中的空格变为下划线：{0}</translation>
    </message>
    <message>
        <source>of OXTS packets only place and direction are real; places start at latitude and longitude 0</source>
        <translation>OXTS 数据包中只有位置和方向是真实的；位置从经纬度 0 开始</translation>
    </message>
    <message>
        <source>tracks are cut {0} times, where they have a gap or change their size</source>
        <translation>目标轨迹被切断 {0} 次，因为有空缺或尺寸变化</translation>
    </message>
    <message>
        <source>times count from the first frame: when that was is lost</source>
        <translation>时间从第一帧算起：实际日期会丢失</translation>
    </message>
    <message>
        <source>pictures get the time of their cloud: {0}</source>
        <translation>图像取其点云的时间：{0}</translation>
    </message>
    <message>
        <source>KITTI has one LiDAR and its own cameras; lost: {0}</source>
        <translation>KITTI 只有一个激光雷达和自己的相机；会丢失：{0}</translation>
    </message>
    <message>
        <source>points are turned by {0} degrees, so that x is ahead as in KITTI</source>
        <translation>点云旋转 {0} 度，使 x 朝前，与 KITTI 一致</translation>
    </message>
    <message>
        <source>KITTI's pictures are free of distortion and these are not; their lens is lost: {0}</source>
        <translation>KITTI 的图像没有畸变，而这些有；其镜头参数会丢失：{0}</translation>
    </message>
    <message>
        <source>frames have no names in nuScenes, only tokens and times</source>
        <translation>nuScenes 中的帧没有名称，只有 token 和时间</translation>
    </message>
    <message>
        <source>the frames are unrelated moments, which nuScenes has as one scene</source>
        <translation>这些帧互不相关，在 nuScenes 中成为一个场景</translation>
    </message>
    <message>
        <source>the source has no times: velocities from these tables mean nothing</source>
        <translation>数据源没有时间：由这些表算出的速度没有意义</translation>
    </message>
    <message>
        <source>the source has no ego poses: the vehicle stands still at the world's origin</source>
        <translation>数据源没有自车位姿：自车视为静止在世界原点</translation>
    </message>
    <message>
        <source>{0} is not calibrated: the devkit cannot draw boxes in it</source>
        <translation>{0} 没有标定：devkit 无法在其中画框</translation>
    </message>
    <message>
        <source>{0} is a fisheye, which nuScenes cannot say: its lens is lost</source>
        <translation>{0} 是鱼眼镜头，nuScenes 无法表示：其镜头参数会丢失</translation>
    </message>
    <message>
        <source>attributes that are numbers or empty have no place: {0}</source>
        <translation>数值或空的属性无处保存：{0}</translation>
    </message>
    <message>
        <source>attributes with a value become name.value: {0}</source>
        <translation>带取值的属性写成 名称.取值：{0}</translation>
    </message>
    <message>
        <source>{0} boxes have more than one attribute, which the devkit's detection evaluation refuses</source>
        <translation>{0} 个标注框有多个属性，devkit 的检测评测不接受</translation>
    </message>
    <message>
        <source>boxes have no scores in nuScenes</source>
        <translation>nuScenes 的标注框没有置信分数</translation>
    </message>
    <message>
        <source>who or what made a box is not kept; every box becomes a key box</source>
        <translation>不保留标注框的来源；每个框都成为关键框</translation>
    </message>
    <message>
        <source>{0} tracks have boxes without a velocity in the devkit, being single or more than {1} s apart: {2}</source>
        <translation>{0} 个目标的部分标注框在 devkit 中没有速度，因为只有一个框或间隔超过 {1} 秒：{2}</translation>
    </message>
    <message>
        <source>{0} tracks move faster than {1} m/s somewhere: {2}</source>
        <translation>{0} 个目标在某处速度超过 {1} 米/秒：{2}</translation>
    </message>
    <message>
        <source>{0} categories of the labels were not in the taxonomy</source>
        <translation>标注中有 {0} 个类别不在类别表中</translation>
    </message>
    <message>
        <source>the map is blank: the model has no maps</source>
        <translation>地图为空：没有地图数据</translation>
    </message>
    <message>
        <source>{0} of {1} sensor files are not there; their rows are kept</source>
        <translation>{1} 个传感器文件中有 {0} 个不存在；表中的行保留</translation>
    </message>
    <message>
        <source>{0} sweeps have no {1}; it is written as 0</source>
        <translation>{0} 帧点云没有 {1}；写成 0</translation>
    </message>
    <message>
        <source>the LiDAR {0} is written as LIDAR_TOP, the name that nuScenes tools ask for</source>
        <translation>激光雷达 {0} 写成 LIDAR_TOP，这是 nuScenes 工具要求的名称</translation>
    </message>
    <message>
        <source>{0} times fell on one microsecond and were moved to the next</source>
        <translation>{0} 个时间戳落在同一微秒，已移到下一微秒</translation>
    </message>
    <message>
        <source>{0} tracks have no box and are left out</source>
        <translation>{0} 个目标没有标注框，已略去</translation>
    </message>
    <message>
        <source>num_lidar_pts of {0} boxes is written as 0: there is no cloud to count in</source>
        <translation>{0} 个标注框的 num_lidar_pts 写成 0：没有点云可以统计</translation>
    </message>
    <message>
        <source>num_radar_pts of {0} boxes is written as 0: nobody counted</source>
        <translation>{0} 个标注框的 num_radar_pts 写成 0：未统计</translation>
    </message>
    <message>
        <source>the visibility of {0} boxes is estimated from how much of each lies in an image; what hides it is not known</source>
        <translation>{0} 个标注框的可见度由其落在图像中的比例估计；遮挡情况未知</translation>
    </message>
    <message>
        <source>num_lidar_pts counts the points of all {0} LiDARs together</source>
        <translation>num_lidar_pts 为全部 {0} 个激光雷达的点数之和</translation>
    </message>
    <message>
        <source>{0} tokens were used twice, and the later ones were replaced</source>
        <translation>{0} 个 token 重复使用，后出现的已替换</translation>
    </message>
    <message>
        <source>levels of visibility have T4's words: {0}</source>
        <translation>可见度等级采用 T4 的用语：{0}</translation>
    </message>
    <message>
        <source>{0} frames have no cloud and lose their time, which is its points'</source>
        <translation>{0} 帧没有点云，因此失去时间（时间来自点）</translation>
    </message>
    <message>
        <source>the time of a frame becomes that of its cloud's first point</source>
        <translation>帧的时间取其点云第一个点的时间</translation>
    </message>
    <message>
        <source>attributes become one text, obj_attr: {0}</source>
        <translation>属性合并为一个文本 obj_attr：{0}</translation>
    </message>
    <message>
        <source>without times, a frame has one pose, so those of single sensors are lost</source>
        <translation>没有时间时每帧只有一个位姿，各传感器自己的位姿会丢失</translation>
    </message>
    <message>
        <source>each sensor has one calibration; that of these changes: {0}</source>
        <translation>每个传感器只能有一份标定；这些传感器的标定有变化：{0}</translation>
    </message>
    <message>
        <source>clouds are lost: a table holds labels alone ({0})</source>
        <translation>点云会丢失：表格只保存标注（{0}）</translation>
    </message>
    <message>
        <source>a sequence has one calibration and this scene several; the first one is written</source>
        <translation>一个序列只有一份标定，而此场景有多份；写出第一份</translation>
    </message>
    <message>
        <source>a sequence has one calibration and this scene {0}; the first one is written</source>
        <translation>一个序列只有一份标定，而此场景有 {0} 份；写出第一份</translation>
    </message>
    <message>
        <source>a drive has one calibration and this scene several; the first one is written</source>
        <translation>一段行程只有一份标定，而此场景有多份；写出第一份</translation>
    </message>
    <message>
        <source>drives of this day have different calibrations, which stand in the drives' own folders</source>
        <translation>当天各段行程的标定不同，分别存放在各自的文件夹中</translation>
    </message>
    <message>
        <source>{0} has several lenses and there is room for one: the first is written</source>
        <translation>{0} 有多组镜头参数，只能保存一组：写出第一组</translation>
    </message>
    <message>
        <source>{0} of {1} boxes are not in the picture of image_2; they are written with a 2D box of -1</source>
        <translation>{1} 个标注框中有 {0} 个不在 image_2 的图像里；其二维框写成 -1</translation>
    </message>
    <message>
        <source>{0} {1} is taken: the scene is {2} {3} now</source>
        <translation>{0} {1} 已被占用：场景改为 {2} {3}</translation>
    </message>
    <message>
        <source>these fields are lost: {0}</source>
        <translation>这些字段会丢失：{0}</translation>
    </message>
    <message>
        <source>these fields are no numbers and are lost: {0}</source>
        <translation>这些字段不是数值，会丢失：{0}</translation>
    </message>
    <message>
        <source>positions are rounded to float32</source>
        <translation>坐标舍入为 float32</translation>
    </message>
    <message>
        <source>positions are rounded to whole {0} m</source>
        <translation>坐标舍入到 {0} 米的整数倍</translation>
    </message>
    <message>
        <source>PLY has no whole numbers of 64 bits; written as float64, exact to 2^53: {0}</source>
        <translation>PLY 没有 64 位整数；写成 float64，精确到 2^53：{0}</translation>
    </message>
    <message>
        <source>fields were renamed: {0}</source>
        <translation>字段已改名：{0}</translation>
    </message>
    <message>
        <source>points are put into another order: what counts them is no longer right</source>
        <translation>点的顺序会改变：依赖序号的字段不再正确</translation>
    </message>
    <message>
        <source>{0} points without a position are kept at the origin of the file and marked as withheld</source>
        <translation>{0} 个没有位置的点保留在文件原点，并标记为不采用</translation>
    </message>
    <message>
        <source>a sweep is not there and was not written</source>
        <translation>有一帧点云不存在，未写出</translation>
    </message>
    <message>
        <source>an unfinished export of the same name is here; remove it if none is running</source>
        <translation>这里有同名的未完成导出；若没有导出在进行，请将其删除</translation>
    </message>
    <message>
        <source>two scenes have a file {0} of their own for one place</source>
        <translation>两个场景各有一个文件 {0} 要放在同一位置</translation>
    </message>
    <message>
        <source>the world was shifted by {0}, {1}, {2} m</source>
        <translation>世界坐标已平移 {0}、{1}、{2} 米</translation>
    </message>
    <message>
        <source>the clouds were shifted by {0}, {1}, {2} m</source>
        <translation>点云已平移 {0}、{1}、{2} 米</translation>
    </message>
    <message>
        <source>the cloud was shifted by {0}, {1}, {2} m</source>
        <translation>点云已平移 {0}、{1}、{2} 米</translation>
    </message>
    <message>
        <source>the times are beyond the year 2262, where 64 bits of nanoseconds end; {0} s were taken off</source>
        <translation>时间超出 2262 年（64 位纳秒的上限）；已减去 {0} 秒</translation>
    </message>
    <message>
        <source>the frames of the data are not those that the project was made on; labels may be off</source>
        <translation>数据的帧与创建工程时不同；标注可能错位</translation>
    </message>
    <message>
        <source>the world was shifted by {0} m when the project was made and is by {1} m now; labels are off</source>
        <translation>创建工程时世界坐标平移了 {0} 米，现在是 {1} 米；标注已错位</translation>
    </message>
    <message>
        <source>there are no poses, so the vehicle stands where the world begins</source>
        <translation>没有位姿，自车视为停在世界原点</translation>
    </message>
    <message>
        <source>there are no poses, so each sample stands in its own world</source>
        <translation>没有位姿，每个样本各用自己的世界坐标</translation>
    </message>
    <message>
        <source>there are no ego poses, so each frame stands in its own world</source>
        <translation>没有自车位姿，每帧各用自己的世界坐标</translation>
    </message>
    <message>
        <source>there are no OXTS packets, so each cloud stands in its own world</source>
        <translation>没有 OXTS 数据包，每帧点云各用自己的世界坐标</translation>
    </message>
    <message>
        <source>OXTS packets need calib_imu_to_velo.txt, which is absent</source>
        <translation>OXTS 数据包需要 calib_imu_to_velo.txt，但该文件不存在</translation>
    </message>
    <message>
        <source>no OXTS packet belongs to a cloud</source>
        <translation>没有与点云对应的 OXTS 数据包</translation>
    </message>
    <message>
        <source>no packet belongs to a frame</source>
        <translation>没有与帧对应的数据包</translation>
    </message>
    <message>
        <source>tf does not say where {0} is in a world, so there are no poses</source>
        <translation>tf 没有给出 {0} 在世界中的位置，因此没有位姿</translation>
    </message>
    <message>
        <source>ego_pose.json is empty: the vehicle is taken to stand still at the world's origin</source>
        <translation>ego_pose.json 为空：自车视为静止在世界原点</translation>
    </message>
    <message>
        <source>{0} frames have no pose, so none is used</source>
        <translation>{0} 帧没有位姿，因此全部不用</translation>
    </message>
    <message>
        <source>{0} frames have no pose, so none is used: {1}</source>
        <translation>{0} 帧没有位姿，因此全部不用：{1}</translation>
    </message>
    <message>
        <source>{0} clouds have no pose, so none is used: {1}</source>
        <translation>{0} 帧点云没有位姿，因此全部不用：{1}</translation>
    </message>
    <message>
        <source>{0} clouds have no packet; their poses are interpolated: {1}</source>
        <translation>{0} 帧点云没有数据包；位姿由插值得到：{1}</translation>
    </message>
    <message>
        <source>{0} frames have no packet; the nearest pose stands: {1}</source>
        <translation>{0} 帧没有数据包；采用最近的位姿：{1}</translation>
    </message>
    <message>
        <source>{0} frames have no pose of {1} in {2}, so none is used</source>
        <translation>{0} 帧没有 {1} 在 {2} 中的位姿，因此全部不用</translation>
    </message>
    <message>
        <source>{0} frames have no pose; the nearest stands for it, or one between two</source>
        <translation>{0} 帧没有位姿；采用最近的或插值的位姿</translation>
    </message>
    <message>
        <source>{0} frames lie before the first pose or after the last; they get that one: {1}</source>
        <translation>{0} 帧早于第一个位姿或晚于最后一个；采用首或末位姿：{1}</translation>
    </message>
    <message>
        <source>{0} recordings lie before the first pose or after the last; they get that one</source>
        <translation>{0} 条记录早于第一个位姿或晚于最后一个；采用首或末位姿</translation>
    </message>
    <message>
        <source>{0} of {1} recordings lie before the first pose or behind the last, which then stand</source>
        <translation>{1} 条记录中有 {0} 条早于第一个位姿或晚于最后一个；采用首或末位姿</translation>
    </message>
    <message>
        <source>{0} recordings have no pose of their own time; it is interpolated</source>
        <translation>{0} 条记录没有自己时刻的位姿；由插值得到</translation>
    </message>
    <message>
        <source>data of {0} have no pose</source>
        <translation>{0} 的数据没有位姿</translation>
    </message>
    <message>
        <source>the poses are of another time than the clouds, so none is used</source>
        <translation>位姿与点云的时间不符，因此全部不用</translation>
    </message>
    <message>
        <source>there are {0} poses for {1} clouds, so none is used</source>
        <translation>{1} 帧点云有 {0} 个位姿，因此全部不用</translation>
    </message>
    <message>
        <source>there are {0} poses for {1} clouds; each takes that of its number</source>
        <translation>{1} 帧点云有 {0} 个位姿；按编号对应</translation>
    </message>
    <message>
        <source>some frames of scene {0} have no pose, so none is used</source>
        <translation>场景 {0} 的部分帧没有位姿，因此全部不用</translation>
    </message>
    <message>
        <source>the poses are of another clock than the clouds; taken in their order</source>
        <translation>位姿与点云的时钟不同；按顺序对应</translation>
    </message>
    <message>
        <source>nothing says where the camera of the poses is; it is taken to look ahead from the LiDAR</source>
        <translation>没有说明位姿所属相机的位置；视为在激光雷达处朝前</translation>
    </message>
    <message>
        <source>frames have no times that go up, so ten a second are assumed</source>
        <translation>帧没有递增的时间戳，按每秒 10 帧处理</translation>
    </message>
    <message>
        <source>times do not rise, or are fewer than clouds; ten frames a second are assumed</source>
        <translation>时间戳不递增或少于点云；按每秒 10 帧处理</translation>
    </message>
    <message>
        <source>there are no times, so a tenth of a second is assumed between {0}</source>
        <translation>没有时间戳，{0}之间按 0.1 秒处理</translation>
    </message>
    <message>
        <source>single frames: times of one second apart were made up</source>
        <translation>单独的帧：时间戳按相隔 1 秒虚构</translation>
    </message>
    <message>
        <source>a frame's time is taken to be that of its first picture</source>
        <translation>帧的时间取其第一张图像的时间</translation>
    </message>
    <message>
        <source>the messages carry no times, so those of the recorder are used</source>
        <translation>消息没有时间戳，采用录制时间</translation>
    </message>
    <message>
        <source>messages of {0} carry no times; those of the recorder are used</source>
        <translation>{0} 的消息没有时间戳；采用录制时间</translation>
    </message>
    <message>
        <source>the times of {0} are of another clock than the clouds', so they are not used</source>
        <translation>{0} 的时间与点云的时钟不同，因此不用</translation>
    </message>
    <message>
        <source>{0} frames have the time of the one before; they are spread up to the next</source>
        <translation>{0} 帧与前一帧时间相同；已在到下一帧之间分开</translation>
    </message>
    <message>
        <source>{0} gaps of more than the usual {1} s between frames; the longest is {2} s, after {3}</source>
        <translation>帧间有 {0} 处间隔大于通常的 {1} 秒；最长 {2} 秒，在 {3} 之后</translation>
    </message>
    <message>
        <source>{0} gaps between frames, the longest {1} s where {2} s are usual, after frame {3}</source>
        <translation>帧间有 {0} 处间隔，最长 {1} 秒（通常 {2} 秒），在第 {3} 帧之后</translation>
    </message>
    <message>
        <source>{0} numbers between clouds are missing: {1}</source>
        <translation>点云之间缺少 {0} 个编号：{1}</translation>
    </message>
    <message>
        <source>clouds are missing between the first and the last: {0}</source>
        <translation>首末之间缺少点云：{0}</translation>
    </message>
    <message>
        <source>sequence {0} lacks frames: {1}</source>
        <translation>序列 {0} 缺少帧：{1}</translation>
    </message>
    <message>
        <source>{0} samples come more than {1} times as late as usual ({2} s)</source>
        <translation>{0} 个样本的间隔超过通常值（{2} 秒）的 {1} 倍</translation>
    </message>
    <message>
        <source>prev and next of {0} of {1} samples do not follow their times; times are used</source>
        <translation>{1} 个样本中有 {0} 个的 prev 和 next 与时间不符；以时间为准</translation>
    </message>
    <message>
        <source>the scene is said to have {0} samples and has {1}</source>
        <translation>场景声称有 {0} 个样本，实有 {1} 个</translation>
    </message>
    <message>
        <source>{0} of {1} sensor files are not there</source>
        <translation>{1} 个传感器文件中有 {0} 个不存在</translation>
    </message>
    <message>
        <source>{0} pictures are not there; frames come without them</source>
        <translation>{0} 张图像不存在；相应帧没有图像</translation>
    </message>
    <message>
        <source>{0} pictures lie on a server and not here; frames come without them</source>
        <translation>{0} 张图像在服务器上，不在本地；相应帧没有图像</translation>
    </message>
    <message>
        <source>{0} files that the streams name are not there; those frames come without them</source>
        <translation>数据流列出的 {0} 个文件不存在；相应帧没有它们</translation>
    </message>
    <message>
        <source>{0} files that metadata.yaml names are not there: {1}</source>
        <translation>metadata.yaml 列出的 {0} 个文件不存在：{1}</translation>
    </message>
    <message>
        <source>{0} {1} are not among the files beside the manifest: {2}</source>
        <translation>清单旁的文件中缺少 {0} 个{1}：{2}</translation>
    </message>
    <message>
        <source>{0} sequences are not beside the manifest and are left out: {1}</source>
        <translation>{0} 个序列不在清单旁，已略去：{1}</translation>
    </message>
    <message>
        <source>the labels are not beside the manifest: {0}</source>
        <translation>标注文件不在清单旁：{0}</translation>
    </message>
    <message>
        <source>{0} files of labels belong to no sequence, which the manifest would say</source>
        <translation>{0} 个标注文件不属于任何序列（清单会说明归属）</translation>
    </message>
    <message>
        <source>clouds that the table names are not there</source>
        <translation>表格列出的点云不存在</translation>
    </message>
    <message>
        <source>there are no points, so frames come without them</source>
        <translation>没有点云，帧中没有点</translation>
    </message>
    <message>
        <source>there are no clouds and no pictures; frames come from the labels</source>
        <translation>没有点云和图像；帧由标注得出</translation>
    </message>
    <message>
        <source>the labels name no clouds, so frames come without points</source>
        <translation>标注没有指明点云，帧中没有点</translation>
    </message>
    <message>
        <source>the table names no clouds, so frames come without points</source>
        <translation>表格没有指明点云，帧中没有点</translation>
    </message>
    <message>
        <source>{0} clouds are not there, so their frames come without points: {1}</source>
        <translation>{0} 个点云不存在，相应帧没有点：{1}</translation>
    </message>
    <message>
        <source>{0} labelled clouds are not there, so their frames come without points: {1}</source>
        <translation>{0} 个有标注的点云不存在，相应帧没有点：{1}</translation>
    </message>
    <message>
        <source>{0} frames of sequence {1} have no cloud: {2}</source>
        <translation>序列 {1} 中有 {0} 帧没有点云：{2}</translation>
    </message>
    <message>
        <source>{0} frames have no file of {1} (matched {2}): {3}</source>
        <translation>{0} 帧没有 {1} 的文件（匹配方式：{2}）：{3}</translation>
    </message>
    <message>
        <source>{0} files of {1} belong to no frame and are left out: {2}</source>
        <translation>{1} 的 {0} 个文件不属于任何帧，已略去：{2}</translation>
    </message>
    <message>
        <source>{0} of {1} samples have no key recording of {2}</source>
        <translation>{1} 个样本中有 {0} 个没有 {2} 的关键记录</translation>
    </message>
    <message>
        <source>{0} of {1} frames have nothing of {2} near enough in time</source>
        <translation>{1} 帧中有 {0} 帧没有时间上足够接近的 {2} 数据</translation>
    </message>
    <message>
        <source>{0} clouds have the name of another one and are left out</source>
        <translation>{0} 个点云与其他点云同名，已略去</translation>
    </message>
    <message>
        <source>{0} clouds are in no frame and are left out: {1}</source>
        <translation>{0} 个点云不属于任何帧，已略去：{1}</translation>
    </message>
    <message>
        <source>{0} pictures without a cloud are left out: {1}</source>
        <translation>{0} 张没有点云的图像已略去：{1}</translation>
    </message>
    <message>
        <source>{0} pictures of image_{1} without a cloud are left out: {2}</source>
        <translation>image_{1} 中 {0} 张没有点云的图像已略去：{2}</translation>
    </message>
    <message>
        <source>labels of {0} frames that are not there are left out: {1}</source>
        <translation>不存在的 {0} 帧的标注已略去：{1}</translation>
    </message>
    <message>
        <source>{0} label files have no cloud: {1}</source>
        <translation>{0} 个标注文件没有对应的点云：{1}</translation>
    </message>
    <message>
        <source>{0} clouds have no label file: {1}</source>
        <translation>{0} 个点云没有标注文件：{1}</translation>
    </message>
    <message>
        <source>{0} label files are not of their cloud's length, and are refused: {1}</source>
        <translation>{0} 个标注文件与点云长度不符，不予采用：{1}</translation>
    </message>
    <message>
        <source>{0} boxes of frames without a cloud are left out, with {1} whole tracks</source>
        <translation>没有点云的帧的 {0} 个标注框已略去，其中包括 {1} 个完整目标</translation>
    </message>
    <message>
        <source>{0} labelled moments have no sweep; their boxes are kept</source>
        <translation>{0} 个有标注的时刻没有点云；其标注框保留</translation>
    </message>
    <message>
        <source>a file of labels that the scene names is not there</source>
        <translation>场景列出的一个标注文件不存在</translation>
    </message>
    <message>
        <source>{0}.json is not there, so there are no labels</source>
        <translation>{0}.json 不存在，因此没有标注</translation>
    </message>
    <message>
        <source>the data set names a scene that is not there</source>
        <translation>数据集列出的一个场景不存在</translation>
    </message>
    <message>
        <source>{0} files are left out, since their names are no times in nanoseconds</source>
        <translation>{0} 个文件已略去，因为文件名不是纳秒时间</translation>
    </message>
    <message>
        <source>{0} clouds have no number, as their name or in a list of frames, and are left out</source>
        <translation>{0} 个点云的文件名或帧列表中没有编号，已略去</translation>
    </message>
    <message>
        <source>{0} does not lie beneath the labels, so it is not opened</source>
        <translation>{0} 不在标注文件夹之内，因此不打开</translation>
    </message>
    <message>
        <source>{0} more sensor files could not be read</source>
        <translation>另有 {0} 个传感器文件无法读取</translation>
    </message>
    <message>
        <source>the sequence says that it has {0} frames and has {1}</source>
        <translation>序列声称有 {0} 帧，实有 {1} 帧</translation>
    </message>
    <message>
        <source>the response is of {0} frames and {1} were sent; they are matched from the first</source>
        <translation>应答有 {0} 帧，而发送了 {1} 帧；从第一帧起对应</translation>
    </message>
    <message>
        <source>the task names other frames; they are taken by their names</source>
        <translation>任务列出的帧不同；按名称对应</translation>
    </message>
    <message>
        <source>camera {0} is not in the calibration</source>
        <translation>相机 {0} 不在标定中</translation>
    </message>
    <message>
        <source>{0} is not in the calibration</source>
        <translation>{0} 不在标定中</translation>
    </message>
    <message>
        <source>{0} has no calibration</source>
        <translation>{0} 没有标定</translation>
    </message>
    <message>
        <source>there is no calibration of {0}</source>
        <translation>没有 {0} 的标定</translation>
    </message>
    <message>
        <source>{0} frames have no calibration: {1}</source>
        <translation>{0} 帧没有标定：{1}</translation>
    </message>
    <message>
        <source>sequence {0} has no calibration</source>
        <translation>序列 {0} 没有标定</translation>
    </message>
    <message>
        <source>nothing says where camera {0} is</source>
        <translation>没有说明相机 {0} 的位置</translation>
    </message>
    <message>
        <source>nothing says where camera {0} is on the vehicle, so no box is drawn in its pictures</source>
        <translation>没有说明相机 {0} 在自车上的位置，其图像中不画框</translation>
    </message>
    <message>
        <source>nothing says where {0} is on the vehicle; its points are taken to be the main LiDAR's</source>
        <translation>没有说明 {0} 在自车上的位置；其点视为主激光雷达的点</translation>
    </message>
    <message>
        <source>pictures without a calibration show no boxes</source>
        <translation>没有标定的图像不显示标注框</translation>
    </message>
    <message>
        <source>pictures have no calibration, so they show no boxes</source>
        <translation>图像没有标定，因此不显示标注框</translation>
    </message>
    <message>
        <source>calib_cam_to_cam.txt and calib_velo_to_cam.txt are absent, so pictures are shown without boxes</source>
        <translation>calib_cam_to_cam.txt 和 calib_velo_to_cam.txt 不存在，图像中不显示标注框</translation>
    </message>
    <message>
        <source>calib.txt is absent; the calibration of an object frame is used</source>
        <translation>calib.txt 不存在；采用 object 数据集一帧的标定</translation>
    </message>
    <message>
        <source>the day's calibration is absent; that of an object frame is used</source>
        <translation>当天的标定不存在；采用 object 数据集一帧的标定</translation>
    </message>
    <message>
        <source>the calibration that a sample names is not there</source>
        <translation>样本指明的标定不存在</translation>
    </message>
    <message>
        <source>the calibration has cameras without pictures: {0}</source>
        <translation>标定中有相机没有图像：{0}</translation>
    </message>
    <message>
        <source>camera {0} has a lens of its own kind, so no box is drawn in its pictures</source>
        <translation>相机 {0} 的镜头类型未知，其图像中不画框</translation>
    </message>
    <message>
        <source>the pixels of {0} are skewed, which is left out</source>
        <translation>{0} 的像素有斜切，未予考虑</translation>
    </message>
    <message>
        <source>the skew of {0} ({1}) is ignored</source>
        <translation>忽略 {0} 的斜切（{1}）</translation>
    </message>
    <message>
        <source>the tables do not give the image size of {0}; {1} x {2} is taken</source>
        <translation>表中没有 {0} 的图像尺寸；按 {1} x {2} 处理</translation>
    </message>
    <message>
        <source>a sensor's calibration changes within the scene</source>
        <translation>传感器的标定在场景中有变化</translation>
    </message>
    <message>
        <source>{0} changes on the way; its first calibration is taken</source>
        <translation>{0} 的标定中途有变化；采用第一份</translation>
    </message>
    <message>
        <source>pictures of {0} are {1} x {2} and their calibration is for {3} x {4}</source>
        <translation>{0} 的图像为 {1} x {2}，而标定针对 {3} x {4}</translation>
    </message>
    <message>
        <source>{0}: the picture is {1} x {2} pixels and its calibration is for {3} x {4}</source>
        <translation>{0}：图像为 {1} x {2} 像素，而标定针对 {3} x {4}</translation>
    </message>
    <message>
        <source>k4 of a pinhole is taken as OpenCV has it: the first of the three by which its curve is divided</source>
        <translation>针孔镜头的 k4 按 OpenCV 的定义处理：分母三个系数中的第一个</translation>
    </message>
    <message>
        <source>a cloud holds the points of both LiDARs in the vehicle's frame; where each is mounted is not read</source>
        <translation>点云以自车坐标系包含两个激光雷达的点；各自的安装位置未读取</translation>
    </message>
    <message>
        <source>a cloud holds the points of both LiDARs (d is 0 or 1), in the frame of the one that turns</source>
        <translation>点云包含两个激光雷达的点（d 为 0 或 1），以旋转式激光雷达为坐标系</translation>
    </message>
    <message>
        <source>points have times of their own, over {0} ms; the vehicle's motion is taken out already</source>
        <translation>每个点有自己的时间，跨度 {0} 毫秒；自车运动已补偿</translation>
    </message>
    <message>
        <source>points have times of their own, over {0} ms; the vehicle's motion is not taken out</source>
        <translation>每个点有自己的时间，跨度 {0} 毫秒；自车运动未补偿</translation>
    </message>
    <message>
        <source>points have times of their own, over {0} ms; nobody says whether the vehicle's motion is taken out</source>
        <translation>每个点有自己的时间，跨度 {0} 毫秒；自车运动是否已补偿未知</translation>
    </message>
    <message>
        <source>points have no times of their own; the format says that the vehicle's motion is taken out</source>
        <translation>点没有各自的时间；按该格式的定义，自车运动已补偿</translation>
    </message>
    <message>
        <source>points have no times of their own, so they are taken as they are</source>
        <translation>点没有各自的时间，因此按原样使用</translation>
    </message>
    <message>
        <source>all points of a sweep have one time, so the vehicle's motion is taken as taken out</source>
        <translation>一帧中所有点的时间相同，视为自车运动已补偿</translation>
    </message>
    <message>
        <source>a picture is taken as of one moment: the rolling shutter is not reckoned with</source>
        <translation>图像视为同一时刻：未考虑卷帘快门</translation>
    </message>
    <message>
        <source>{0} sweeps of the top LiDAR have no poses of pixels, so their points are not of one moment</source>
        <translation>顶部激光雷达有 {0} 帧没有逐像素位姿，其点不属于同一时刻</translation>
    </message>
    <message>
        <source>images: the pictures are taken as {0}</source>
        <translation>images：图像按{0}处理</translation>
    </message>
    <message>
        <source>yaw is taken as {0} (--assume yaw=...)</source>
        <translation>偏航角按{0}处理（--assume yaw=...）</translation>
    </message>
    <message>
        <source>points are taken as in {0} (--assume points=...)</source>
        <translation>点视为在{0}中（--assume points=...）</translation>
    </message>
    <message>
        <source>labels: lines have {0}; {1} is read (--assume labels=NAME)</source>
        <translation>labels：行中有 {0}；读取 {1}（--assume labels=NAME）</translation>
    </message>
    <message>
        <source>{0} cuboids lean; they turn by yaw, then pitch about their y, then roll about their x</source>
        <translation>{0} 个长方体有倾斜；依次按偏航、绕自身 y 俯仰、绕自身 x 横滚</translation>
    </message>
    <message>
        <source>rotations are taken as {0}, since _classes.json does not say (--assume angles=...)</source>
        <translation>旋转角按 {0} 处理，因为 _classes.json 没有说明（--assume angles=...）</translation>
    </message>
    <message>
        <source>rotation_y is taken as labelCloud shows it, half a turn from KITTI (--assume kitti_heading=kitti)</source>
        <translation>rotation_y 按 labelCloud 的显示处理，与 KITTI 相差半圈（--assume kitti_heading=kitti）</translation>
    </message>
    <message>
        <source>tracklets are read as CVAT writes them, since frame_list.txt is there (--assume tracklets=kitti)</source>
        <translation>因有 frame_list.txt，tracklets 按 CVAT 的写法读取（--assume tracklets=kitti）</translation>
    </message>
    <message>
        <source>the 16 numbers of cameras' poses are taken to run down the columns (--assume matrix=row)</source>
        <translation>相机位姿的 16 个数按列排列处理（--assume matrix=row）</translation>
    </message>
    <message>
        <source>the cameras lie on their side or head; their poses may be meant {0} (--assume direction={1})</source>
        <translation>相机侧放或倒置；其位姿可能应为 {0}（--assume direction={1}）</translation>
    </message>
    <message>
        <source>rowMajor says otherwise than where the zeros of the numbers are; the zeros are believed</source>
        <translation>rowMajor 与零的位置不符；以零的位置为准</translation>
    </message>
    <message>
        <source>{0} is the only camera file; it is taken for every frame</source>
        <translation>{0} 是唯一的相机文件；用于每一帧</translation>
    </message>
    <message>
        <source>cuboids that turn about several axes are taken to turn about {0} (--assume euler_order=...)</source>
        <translation>绕多轴旋转的长方体按 {0} 的顺序处理（--assume euler_order=...）</translation>
    </message>
    <message>
        <source>of several results {0} is read (--assume result=NAME); left out: {1}</source>
        <translation>多个结果中读取 {0}（--assume result=NAME）；略去：{1}</translation>
    </message>
    <message>
        <source>{0} boxes turn about several axes; they turn about z first, then y, then x</source>
        <translation>{0} 个标注框绕多轴旋转；依次绕 z、y、x</translation>
    </message>
    <message>
        <source>columns are taken by what they are called: {0}</source>
        <translation>各列按其名称对应：{0}</translation>
    </message>
    <message>
        <source>columns that are attributes of a box: {0}</source>
        <translation>作为标注框属性的列：{0}</translation>
    </message>
    <message>
        <source>the main LiDAR is {0}{1} (--assume lidar=TOPIC,TOPIC to choose)</source>
        <translation>主激光雷达为 {0}{1}（可用 --assume lidar=TOPIC,TOPIC 选择）</translation>
    </message>
    <message>
        <source>cameras are {0} (--assume cameras=TOPIC,TOPIC to choose)</source>
        <translation>相机为 {0}（可用 --assume cameras=TOPIC,TOPIC 选择）</translation>
    </message>
    <message>
        <source>the vehicle's frame is {0} (--assume ego=FRAME to choose)</source>
        <translation>自车坐标系为 {0}（可用 --assume ego=FRAME 选择）</translation>
    </message>
    <message>
        <source>ego poses are from {0} (--assume poses=tf or a topic to choose)</source>
        <translation>自车位姿来自 {0}（可用 --assume poses=tf 或话题选择）</translation>
    </message>
    <message>
        <source>the points are taken to be in the world's frame, since they lie about the vehicle there</source>
        <translation>点视为在世界坐标系中，因为这样它们在自车周围</translation>
    </message>
    <message>
        <source>the files of {0} have other names than the clouds; they were taken in their order</source>
        <translation>{0} 的文件名与点云不同；按顺序对应</translation>
    </message>
    <message>
        <source>{0}; it is a track of its own</source>
        <translation>{0}；作为单独的目标</translation>
    </message>
    <message>
        <source>object {0} is a {1} and here a {2}; the first stands</source>
        <translation>目标 {0} 的类别为 {1}，此处为 {2}；以前者为准</translation>
    </message>
    <message>
        <source>object {0} is a {1} and from row {2} on a {3}; the first stands</source>
        <translation>目标 {0} 的类别为 {1}，从第 {2} 行起为 {3}；以前者为准</translation>
    </message>
    <message>
        <source>the boxes have no ids: each is a track of its own</source>
        <translation>标注框没有 id：每个都是单独的目标</translation>
    </message>
    <message>
        <source>there is no column track, so each box is an object of its own</source>
        <translation>没有 track 列，每个标注框都是单独的目标</translation>
    </message>
    <message>
        <source>an object has two figures in a frame; each is a track of its own</source>
        <translation>一个目标在一帧中有两个图形；各为单独的目标</translation>
    </message>
    <message>
        <source>cuboids without a class are called {0}</source>
        <translation>没有类别的长方体记为 {0}</translation>
    </message>
    <message>
        <source>cuboids without a label are called {0}</source>
        <translation>没有标签的长方体记为 {0}</translation>
    </message>
    <message>
        <source>object {0} has no type; it is called unknown</source>
        <translation>目标 {0} 没有类型；记为 unknown</translation>
    </message>
    <message>
        <source>{0} boxes have no class; they are called {1}</source>
        <translation>{0} 个标注框没有类别；记为 {1}</translation>
    </message>
    <message>
        <source>class {0} is not in the ontology</source>
        <translation>类别 {0} 不在本体中</translation>
    </message>
    <message>
        <source>the names of classes are not there; they get their numbers</source>
        <translation>没有类别名称；以编号代替</translation>
    </message>
    <message>
        <source>points have the numbers of their classes: {0}</source>
        <translation>点带有类别编号：{0}</translation>
    </message>
    <message>
        <source>points have the numbers of their classes; the classes' names (classes.json) are not read</source>
        <translation>点带有类别编号；类别名称（classes.json）未读取</translation>
    </message>
    <message>
        <source>{0} classes for {1} points; the classes are left out</source>
        <translation>{1} 个点有 {0} 个类别；类别已略去</translation>
    </message>
    <message>
        <source>{0} DontCare rows are regions of the image, not boxes</source>
        <translation>{0} 行 DontCare 是图像区域，不是标注框</translation>
    </message>
    <message>
        <source>{0} rows have a 2D box alone and are left out</source>
        <translation>{0} 行只有二维框，已略去</translation>
    </message>
    <message>
        <source>{0} objects have a box in the picture alone and are left out</source>
        <translation>{0} 个目标只有图像中的框，已略去</translation>
    </message>
    <message>
        <source>{0} boxes have a sibling: the same moving object as the other LiDAR saw it; both are kept</source>
        <translation>{0} 个标注框有对应框：同一运动目标由另一激光雷达所见；两者都保留</translation>
    </message>
    <message>
        <source>{0} boxes are of an object that another sensor of the frame has too; the first stands</source>
        <translation>{0} 个标注框的目标在该帧另一传感器中也有；以前者为准</translation>
    </message>
    <message>
        <source>{0} boxes also turn about x or y, which KITTI does not define; only the yaw is used (of CVAT's own: --assume tracklets=cvat)</source>
        <translation>{0} 个标注框还绕 x 或 y 旋转，KITTI 没有定义；只用偏航角（若是 CVAT 自己的写法：--assume tracklets=cvat）</translation>
    </message>
    <message>
        <source>sizes below 0 are taken without their sign</source>
        <translation>负的尺寸取绝对值</translation>
    </message>
    <message>
        <source>{0} tracklets have a size below 0, taken without its sign: {1}</source>
        <translation>{0} 个 tracklet 的尺寸为负，取绝对值：{1}</translation>
    </message>
    <message>
        <source>the file's own counts are wrong, what is there was read: {0}</source>
        <translation>文件自身的计数有误，按实际内容读取：{0}</translation>
    </message>
    <message>
        <source>{0} scores are not from 0 to 1</source>
        <translation>{0} 个置信分数不在 0 到 1 之间</translation>
    </message>
    <message>
        <source>info.json is not there, which says when the objects were labelled; the middle of the scene is taken</source>
        <translation>没有 info.json（其中说明标注时刻）；取场景中间时刻</translation>
    </message>
    <message>
        <source>{0} objects have no cuboid and are left out: {1}</source>
        <translation>{0} 个目标没有长方体，已略去：{1}</translation>
    </message>
    <message>
        <source>not read: {0}</source>
        <translation>未读取：{0}</translation>
    </message>
    <message>
        <source>{0} is not read</source>
        <translation>{0} 未读取</translation>
    </message>
    <message>
        <source>these are not read: {0}</source>
        <translation>以下内容未读取：{0}</translation>
    </message>
    <message>
        <source>attributes of frames are not read: {0}</source>
        <translation>帧的属性未读取：{0}</translation>
    </message>
    <message>
        <source>annotations other than 3D cuboids are not read: {0}</source>
        <translation>三维长方体以外的标注未读取：{0}</translation>
    </message>
    <message>
        <source>objects other than 3D boxes are not read: {0}</source>
        <translation>三维框以外的目标未读取：{0}</translation>
    </message>
    <message>
        <source>figures other than cuboids are not read: {0}</source>
        <translation>长方体以外的图形未读取：{0}</translation>
    </message>
    <message>
        <source>shapes other than cuboids are not read: {0}</source>
        <translation>长方体以外的形状未读取：{0}</translation>
    </message>
    <message>
        <source>tags of clouds and episodes are not read: {0}</source>
        <translation>点云和序列的标签未读取：{0}</translation>
    </message>
    <message>
        <source>shapes drawn on pictures are not read</source>
        <translation>画在图像上的形状未读取</translation>
    </message>
    <message>
        <source>what is said of whole frames is not read</source>
        <translation>整帧的说明未读取</translation>
    </message>
    <message>
        <source>of cameras this is not read: {0}</source>
        <translation>相机的以下内容未读取：{0}</translation>
    </message>
    <message>
        <source>labels that are not read: {0}</source>
        <translation>未读取的标注：{0}</translation>
    </message>
    <message>
        <source>data of these kinds are not read: {0}</source>
        <translation>这些种类的数据未读取：{0}</translation>
    </message>
    <message>
        <source>boxes in the pictures (boxes_2d) are not read</source>
        <translation>图像中的框（boxes_2d）未读取</translation>
    </message>
    <message>
        <source>not read of a frame: {0}</source>
        <translation>帧中未读取的内容：{0}</translation>
    </message>
    <message>
        <source>points of radars are not read</source>
        <translation>雷达的点未读取</translation>
    </message>
    <message>
        <source>not read: meta (GPS positions and speeds)</source>
        <translation>未读取：meta（GPS 位置和速度）</translation>
    </message>
    <message>
        <source>track_labels_amodal has the same boxes by track and is not read</source>
        <translation>track_labels_amodal 是按目标排列的同样的框，未读取</translation>
    </message>
    <message>
        <source>3D boxes of cameras repeat those of the LiDAR and are not read</source>
        <translation>相机的三维框与激光雷达的重复，未读取</translation>
    </message>
    <message>
        <source>labels also have {0}</source>
        <translation>标注中还有 {0}</translation>
    </message>
    <message>
        <source>{0} maps are not read: {1}</source>
        <translation>{0} 张地图未读取：{1}</translation>
    </message>
    <message>
        <source>these tables are not read: {0}</source>
        <translation>这些表未读取：{0}</translation>
    </message>
    <message>
        <source>these columns are not read: {0}</source>
        <translation>这些列未读取：{0}</translation>
    </message>
    <message>
        <source>the recording in input_bag is not read</source>
        <translation>input_bag 中的录制未读取</translation>
    </message>
    <message>
        <source>{0} recordings of a {1} sensor are not read</source>
        <translation>{1} 传感器的 {0} 条记录未读取</translation>
    </message>
    <message>
        <source>{0} recordings of {1} are {2} files, which are not read</source>
        <translation>{1} 的 {0} 条记录是 {2} 文件，未读取</translation>
    </message>
    <message>
        <source>topics that are not read: {0}{1}</source>
        <translation>未读取的话题：{0}{1}</translation>
    </message>
    <message>
        <source>pictures of {0} are of a kind that cannot be shown, and are left out</source>
        <translation>{0} 的图像类型无法显示，已略去</translation>
    </message>
    <message>
        <source>{0} messages of {1} are damaged and left out</source>
        <translation>{1} 的 {0} 条消息已损坏，已略去</translation>
    </message>
    <message>
        <source>the {0} breaks off at byte {1} of {2} ({3}); what comes before is read</source>
        <translation>{0} 在第 {1} 字节处中断（共 {2} 字节，{3}）；之前的内容已读取</translation>
    </message>
    <message>
        <source>the manifest of the job's output is read instead of this one</source>
        <translation>改为读取作业输出的清单</translation>
    </message>
    <message>
        <source>left out: the clouds in {0}</source>
        <translation>已略去：{0} 中的点云</translation>
    </message>
    <message>
        <source>{0} of {1} points were looked at; --full looks at all</source>
        <translation>检查了 {1} 个点中的 {0} 个；--full 检查全部</translation>
    </message>
    <message>
        <source>the points of {0} of {1} scenes were not looked at; --full looks at all</source>
        <translation>{1} 个场景中有 {0} 个的点未检查；--full 检查全部</translation>
    </message>
    <message>
        <source>{0} points are promised and {1} are there; all are read</source>
        <translation>应有 {0} 个点，实有 {1} 个；已全部读取</translation>
    </message>
    <message>
        <source>the file says where the scanner was ({0}); the points are left as they are</source>
        <translation>文件记录了扫描仪位置（{0}）；点保持原样</translation>
    </message>
    <message>
        <source>the points are a picture of {0} x {1}, row after row</source>
        <translation>点按 {0} x {1} 逐行排列</translation>
    </message>
    <message>
        <source>points whose {0} is not 0 have no position; they keep their place as NaN</source>
        <translation>{0} 不为 0 的点没有位置；以 NaN 保留其序号</translation>
    </message>
    <message>
        <source>records beside the points are not read: {0}</source>
        <translation>点以外的记录未读取：{0}</translation>
    </message>
    <message>
        <source>positions are longitude and latitude in degrees</source>
        <translation>坐标为经纬度（度）</translation>
    </message>
    <message>
        <source>a unit of the positions is {0}: nothing is converted, so sizes are not in metres</source>
        <translation>坐标单位为 {0}：未作换算，尺寸不是米</translation>
    </message>
    <message>
        <source>decimals are written with a comma</source>
        <translation>小数用逗号书写</translation>
    </message>
    <message>
        <source>only vertices are read; faces, normals and textures are not</source>
        <translation>只读取顶点；面、法线和纹理未读取</translation>
    </message>
    <message>
        <source>no line says how many points there are, so nothing tells whether some are missing</source>
        <translation>没有行说明点数，无法判断是否缺失</translation>
    </message>
    <message>
        <source>the box is in a frame that the scene, with {0} frames, does not have</source>
        <translation>标注框所在的帧不存在（场景共 {0} 帧）</translation>
    </message>
    <message>
        <source>attribute {0} is not a finite number</source>
        <translation>属性 {0} 不是有限数值</translation>
    </message>
    <message>
        <source>the box has a number that is not finite</source>
        <translation>标注框含有非有限数值</translation>
    </message>
    <message>
        <source>the box is more than {0} m from the car</source>
        <translation>标注框距自车超过 {0} 米</translation>
    </message>
    <message>
        <source>a {0} of {1} m is odd for {2}, usually {3} m</source>
        <translation>{2} 的{0} {1} 米不寻常，通常为 {3} 米</translation>
    </message>
    <message>
        <source>in {0}, track {1} has nearly the same box</source>
        <translation>在 {0} 中，目标 {1} 有几乎相同的标注框</translation>
    </message>
    <message>
        <source>the track has no box</source>
        <translation>目标没有标注框</translation>
    </message>
    <message>
        <source>the heading turns by {0} degrees since frame {1}</source>
        <translation>自第 {1} 帧以来朝向转动了 {0} 度</translation>
    </message>
    <message>
        <source>the track moves at {0} m/s since frame {1}</source>
        <translation>自第 {1} 帧以来目标以 {0} 米/秒移动</translation>
    </message>
    <message>
        <source>category {0} is not in the taxonomy</source>
        <translation>类别 {0} 不在类别表中</translation>
    </message>
    <message>
        <source>attribute {0} is not in the taxonomy</source>
        <translation>属性 {0} 不在类别表中</translation>
    </message>
    <message>
        <source>visibility {0} is not in the taxonomy</source>
        <translation>可见度 {0} 不在类别表中</translation>
    </message>
    <message>
        <source>attribute {0} is a {1}, not {2}</source>
        <translation>属性 {0} 的类型是 {1}，不能是 {2}</translation>
    </message>
    <message>
        <source>{0} tracks of category {1} are called {2}</source>
        <translation>类别 {1} 有 {0} 个目标都叫 {2}</translation>
    </message>
    <message>
        <source>there is no calibration: pictures are shown without boxes</source>
        <translation>没有标定：图像中不显示标注框</translation>
    </message>
    <message>
        <source>the principal point lies outside the picture; is the calibration for another size?</source>
        <translation>主点在图像之外；标定是否针对另一尺寸？</translation>
    </message>
    <message>
        <source>the camera lies on its side, and would stand upright with its mounting the other way round; is the extrinsic the inverse of what is expected?</source>
        <translation>相机侧放，若安装变换取逆则为直立；外参是否与预期方向相反？</translation>
    </message>
    <message>
        <source>the camera lies on its side or head (roll {0} degrees)</source>
        <translation>相机侧放或倒置（横滚 {0} 度）</translation>
    </message>
    <message>
        <source>{0} of the points fall into the picture; is its calibration right?</source>
        <translation>只有 {0} 的点落入图像；其标定是否正确？</translation>
    </message>
    <message>
        <source>{0} has the poses, so {1} is not read</source>
        <translation>位姿在 {0} 中，因此 {1} 未读取</translation>
    </message>
    <message>
        <source>{0} is the calibration, so {1} is not read</source>
        <translation>标定在 {0} 中，因此 {1} 未读取</translation>
    </message>
    <message>
        <source>stream {0} is of type {1} and is not read</source>
        <translation>数据流 {0} 的类型为 {1}，未读取</translation>
    </message>
    <message>
        <source>it has {0} times for {1} files of {2}, so it is not used</source>
        <translation>{2} 的 {1} 个文件有 {0} 个时间，因此不用</translation>
    </message>
    <message>
        <source>{0} boxes lean against {1} vertical, by up to {2} degrees; only their yaw is kept</source>
        <translation>{0} 个标注框相对{1}竖直方向有倾斜，最多 {2} 度；只保留偏航角</translation>
    </message>
    <message>
        <source>{0} holds a LiDAR's raw packets ({1}), which are not read; play them through the driver and record its PointCloud2</source>
        <translation>{0} 是激光雷达的原始数据包（{1}），未读取；请用驱动程序回放并录制其 PointCloud2</translation>
    </message>
    <message>
        <source>there are no clouds of points (PointCloud2) in it; its topics are: {0}</source>
        <translation>其中没有点云（PointCloud2）；话题有：{0}</translation>
    </message>
    <message>
        <source>{0} clouds have the name of another one and are left out: {1}, ...</source>
        <translation>{0} 个点云与其他点云同名，已略去：{1} 等</translation>
    </message>
    <message>
        <source>{0} cuboids have no val (older files name quaternion and size) and are left out</source>
        <translation>{0} 个长方体没有 val（旧文件分写四元数和尺寸），已略去</translation>
    </message>
    <message>
        <source>{0} cuboids of DontCare regions are no boxes and are left out</source>
        <translation>{0} 个 DontCare 区域的长方体不是标注框，已略去</translation>
    </message>
    <message>
        <source>{0} does not have z up, so the height of its cuboids is taken along the axis that is</source>
        <translation>{0} 的 z 轴不朝上，长方体的高度取朝上的轴</translation>
    </message>
    <message>
        <source>{0}, so a tenth of a second is assumed between numbers</source>
        <translation>{0}，编号之间按 0.1 秒处理</translation>
    </message>
    <message>
        <source>next of {0} annotations does not lead to a later one of the same object; times are used</source>
        <translation>{0} 条标注的 next 没有指向同一目标的后一条；以时间为准</translation>
    </message>
    <message>
        <source>{0} of {1} instances have no annotation and are left out</source>
        <translation>{1} 个实例中有 {0} 个没有标注，已略去</translation>
    </message>
    <message>
        <source>nothing says what the {0} values of a point are; the first three are x, y, z</source>
        <translation>没有说明每个点的 {0} 个数值；前三个为 x、y、z</translation>
    </message>
    <message>
        <source>positions are in {0}</source>
        <translation>坐标系为 {0}</translation>
    </message>
    <message>
        <source>the camera has a lens of its own kind, so no box is drawn in it</source>
        <translation>相机的镜头类型未知，其图像中不画框</translation>
    </message>
    <message>
        <source>the fisheye has no lens that is known here, so no box is drawn in it</source>
        <translation>鱼眼镜头的模型未知，其图像中不画框</translation>
    </message>
    <message>
        <source>the cuboid of the vehicle itself, the same in every frame, is no object and is left out</source>
        <translation>自车自身的长方体在每帧都相同，不是目标，已略去</translation>
    </message>
    <message>
        <source>the name says x, y, z, intensity, ring, and the values do not look like that</source>
        <translation>文件名表示 x、y、z、强度、ring，但数值看起来不是</translation>
    </message>
    <message>
        <source>the lens of {0} distorts; camera_distortion is written, which the devkit does not use</source>
        <translation>{0} 的镜头有畸变；已写出 camera_distortion，但 devkit 不使用</translation>
    </message>
    <message>
        <source>, and in {0} more of its frames</source>
        <translation>，另有 {0} 帧也是如此</translation>
    </message>
    <message>
        <source>tracks, names, categories, attributes, visibility, scores and which are key boxes</source>
        <translation>目标、名称、类别、属性、可见度、置信分数和关键框标记</translation>
    </message>
    <message>
        <source>still distorted: k1, k2, k3 are applied</source>
        <translation>仍有畸变（应用 k1、k2、k3）</translation>
    </message>
    <message>
        <source>undistorted: k1, k2, k3 are not</source>
        <translation>已去畸变（不应用 k1、k2、k3）</translation>
    </message>
    <message>
        <source>half a turn less the heading, as the service documents what it writes</source>
        <translation>半圈减去朝向（即该服务文档所述）</translation>
    </message>
    <message>
        <source>the heading's negative</source>
        <translation>朝向的负值</translation>
    </message>
    <message>
        <source>the heading</source>
        <translation>朝向</translation>
    </message>
    <message>
        <source>the device's frame</source>
        <translation>设备坐标系</translation>
    </message>
    <message>
        <source>world</source>
        <translation>世界坐标系</translation>
    </message>
    <message>
        <source>an object has no id</source>
        <translation>目标没有 id</translation>
    </message>
    <message>
        <source>id {0} is there twice in a frame</source>
        <translation>id {0} 在一帧中出现两次</translation>
    </message>
    <message>
        <source>clouds</source>
        <translation>点云</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>a frame</source>
        <translation>一帧</translation>
    </message>
    <message>
        <source>{0} frames</source>
        <translation>{0} 帧</translation>
    </message>
    <message>
        <source>length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>flag</source>
        <translation>开关</translation>
    </message>
    <message>
        <source>choice</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>the time stamps do not go up</source>
        <translation>时间戳不递增</translation>
    </message>
    <message>
        <source>frames have no time stamp</source>
        <translation>帧没有时间戳</translation>
    </message>
    <message>
        <source>the Velodyne's</source>
        <translation>Velodyne 的</translation>
    </message>
    <message>
        <source>the camera's</source>
        <translation>相机的</translation>
    </message>
    <message>
        <source>scene {0}, track {1}</source>
        <translation>场景 {0}，目标 {1}</translation>
    </message>
    <message>
        <source>scene {0}, frame {1}, track {2}</source>
        <translation>场景 {0}，第 {1} 帧，目标 {2}</translation>
    </message>
</context>
</TS>
