<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Messages</name>
    <message>
        <source>{0} of {1} sensor files are empty</source>
        <translation>{1} 个传感器文件中有 {0} 个为空</translation>
    </message>
    <message>
        <source>{0} sensor files are not there</source>
        <translation>{0} 个传感器文件不存在</translation>
    </message>
    <message>
        <source>{0} sensor files are empty</source>
        <translation>{0} 个传感器文件为空</translation>
    </message>
    <message>
        <source>{0} sensor files have no name</source>
        <translation>{0} 个传感器文件没有文件名</translation>
    </message>
    <message>
        <source>{0} sensor files have a name that leads out of the folder</source>
        <translation>{0} 个传感器文件的名称指向文件夹之外</translation>
    </message>
    <message>
        <source>{0} sensor files are no whole number of points of {1} bytes</source>
        <translation>{0} 个传感器文件不是整数个 {1} 字节的点</translation>
    </message>
    <message>
        <source>{0} of {1} clouds are empty or cut off</source>
        <translation>{1} 个点云中有 {0} 个为空或被截断</translation>
    </message>
    <message>
        <source>{0} of {1} clouds are no whole number of points of {2} bytes</source>
        <translation>{1} 个点云中有 {0} 个不是整数个 {2} 字节的点</translation>
    </message>
    <message>
        <source>the cloud cannot be read: {0}</source>
        <translation>点云无法读取：{0}</translation>
    </message>
    <message>
        <source>the cloud has no point</source>
        <translation>点云中没有点</translation>
    </message>
    <message>
        <source>half of the points are farther than {0} m: they are not in metres</source>
        <translation>一半的点远于 {0} 米：单位不是米</translation>
    </message>
    <message>
        <source>the picture cannot be read</source>
        <translation>图像无法读取</translation>
    </message>
    <message>
        <source>{0} is calibrated for {1} x {2}, and its pictures are {3} x {4}</source>
        <translation>{0} 按 {1} x {2} 标定，而图像为 {3} x {4}</translation>
    </message>
    <message>
        <source>{0} of {1} images have another size than the table says</source>
        <translation>{1} 张图像中有 {0} 张的尺寸与表中不同</translation>
    </message>
    <message>
        <source>a file that is named is not there, as {0}</source>
        <translation>所列文件不存在，如 {0}</translation>
    </message>
    <message>
        <source>a cloud that is named is not there, as {0}</source>
        <translation>所列点云不存在，如 {0}</translation>
    </message>
    <message>
        <source>a picture that is named is not there, as {0}</source>
        <translation>所列图像不存在，如 {0}</translation>
    </message>
    <message>
        <source>the picture that a file speaks of is not there</source>
        <translation>文件所指的图像不存在</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no packet in oxts</source>
        <translation>{1} 个点云中有 {0} 个在 oxts 中没有数据包</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no picture in {2}</source>
        <translation>{1} 个点云中有 {0} 个在 {2} 中没有图像</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no picture of {2}</source>
        <translation>{1} 个点云中有 {0} 个没有 {2} 的图像</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no file of labels</source>
        <translation>{1} 个点云中有 {0} 个没有标注文件</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no ego pose</source>
        <translation>{1} 个点云中有 {0} 个没有自车位姿</translation>
    </message>
    <message>
        <source>{0} of {1} clouds have no {2}</source>
        <translation>{1} 个点云中有 {0} 个没有 {2}</translation>
    </message>
    <message>
        <source>{0} of {1} files of labels have no cloud</source>
        <translation>{1} 个标注文件中有 {0} 个没有点云</translation>
    </message>
    <message>
        <source>{0} files of labels have no cloud</source>
        <translation>{0} 个标注文件没有点云</translation>
    </message>
    <message>
        <source>{0} of {1} labels have no cloud</source>
        <translation>{1} 个标注中有 {0} 个没有点云</translation>
    </message>
    <message>
        <source>{0} of {1} results have no cloud</source>
        <translation>{1} 个结果中有 {0} 个没有点云</translation>
    </message>
    <message>
        <source>{0} of {1} pictures of {2} have no cloud of their name</source>
        <translation>{2} 的 {1} 张图像中有 {0} 张没有同名点云</translation>
    </message>
    <message>
        <source>{0} of {1} have no calibration, as {2}</source>
        <translation>{1} 个中有 {0} 个没有标定，如 {2}</translation>
    </message>
    <message>
        <source>{0} has no timestamps.txt</source>
        <translation>{0} 没有 timestamps.txt</translation>
    </message>
    <message>
        <source>timestamps.txt has {0} lines for {1} files</source>
        <translation>timestamps.txt 有 {0} 行，而文件有 {1} 个</translation>
    </message>
    <message>
        <source>{0} has {1} rows for {2} clouds</source>
        <translation>{0} 有 {1} 行，而点云有 {2} 个</translation>
    </message>
    <message>
        <source>{0} has {1} rows for {2} files</source>
        <translation>{0} 有 {1} 行，而文件有 {2} 个</translation>
    </message>
    <message>
        <source>poses.json has {0} poses for {1} clouds</source>
        <translation>poses.json 有 {0} 个位姿，而点云有 {1} 个</translation>
    </message>
    <message>
        <source>{0} speaks of {1} cameras, and {2} have a folder</source>
        <translation>{0} 提到 {1} 个相机，而 {2} 个有文件夹</translation>
    </message>
    <message>
        <source>number-of-frames is {0}, and there are {1}</source>
        <translation>number-of-frames 为 {0}，实际有 {1} 帧</translation>
    </message>
    <message>
        <source>framesCount is {0}, {1} frames have a cloud's name, and there are {2} clouds</source>
        <translation>framesCount 为 {0}，{1} 帧有点云名称，而点云有 {2} 个</translation>
    </message>
    <message>
        <source>there are {0} frames, and cuboids of {1}</source>
        <translation>有 {0} 帧，而立方体属于 {1} 帧</translation>
    </message>
    <message>
        <source>a count in the tracklets is not what follows it</source>
        <translation>tracklets 中的计数与其后内容不符</translation>
    </message>
    <message>
        <source>a file of labels has not one label a point</source>
        <translation>标注文件不是每点一个标签</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have a value that is no finite number</source>
        <translation>{1} 个框中有 {0} 个的数值不是有限数</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have a side of nothing or less</source>
        <translation>{1} 个框中有 {0} 个的边长为零或更小</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have a side of over {2} m: sides are to be metres</source>
        <translation>{1} 个框中有 {0} 个的边长超过 {2} 米：边长应以米为单位</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have a side of over {2} m</source>
        <translation>{1} 个框中有 {0} 个的边长超过 {2} 米</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have an angle of over a whole turn: it is to be in radians</source>
        <translation>{1} 个框中有 {0} 个的角度超过一整圈：应以弧度为单位</translation>
    </message>
    <message>
        <source>{0} of {1} boxes have a place over {2} m from the vehicle</source>
        <translation>{1} 个框中有 {0} 个距自车超过 {2} 米</translation>
    </message>
    <message>
        <source>{0} of {1} boxes are more than {2} m from the vehicle</source>
        <translation>{1} 个框中有 {0} 个距自车超过 {2} 米</translation>
    </message>
    <message>
        <source>{0} of {1} boxes are said to hold fewer points than none</source>
        <translation>{1} 个框中有 {0} 个的点数小于零</translation>
    </message>
    <message>
        <source>none of {0} boxes is said to hold a LiDAR point</source>
        <translation>{0} 个框都声称没有激光点</translation>
    </message>
    <message>
        <source>of {0} boxes within {1} m only {2} hold a point</source>
        <translation>{1} 米内的 {0} 个框中只有 {2} 个含有点</translation>
    </message>
    <message>
        <source>{0} boxes have the track of another one of their frame, as {1}</source>
        <translation>{0} 个框与同帧另一个框属于同一目标，如 {1}</translation>
    </message>
    <message>
        <source>{0} tracks change their category, as {1} to {2}</source>
        <translation>{0} 个目标改变了类别，如 {1} 变为 {2}</translation>
    </message>
    <message>
        <source>{0} tracks have two boxes in one sample</source>
        <translation>{0} 个目标在一个样本中有两个框</translation>
    </message>
    <message>
        <source>{0} rows have not 15 or 16 values, here {1}</source>
        <translation>{0} 行没有 15 或 16 个值，此处为 {1} 个</translation>
    </message>
    <message>
        <source>{0} rows name a frame after the last cloud, as {1}</source>
        <translation>{0} 行的帧号在最后一个点云之后，如 {1}</translation>
    </message>
    <message>
        <source>{0} rows have a value that is no number</source>
        <translation>{0} 行有不是数字的值</translation>
    </message>
    <message>
        <source>{0} rows have a value that is not finite</source>
        <translation>{0} 行有不是有限数的值</translation>
    </message>
    <message>
        <source>{0} rows have a side of nothing or less</source>
        <translation>{0} 行的边长为零或更小</translation>
    </message>
    <message>
        <source>{0} rows have a side of over {1} m</source>
        <translation>{0} 行的边长超过 {1} 米</translation>
    </message>
    <message>
        <source>{0} rows have a rotation_y of over a whole turn: it is to be in radians</source>
        <translation>{0} 行的 rotation_y 超过一整圈：应以弧度为单位</translation>
    </message>
    <message>
        <source>{0} rows have a place over {1} m away: it is to be metres in the camera's frame</source>
        <translation>{0} 行的位置远于 {1} 米：应为相机坐标系中的米</translation>
    </message>
    <message>
        <source>{0} rows have a rectangle whose right or lower side comes first</source>
        <translation>{0} 行的矩形右边或下边在前</translation>
    </message>
    <message>
        <source>a tracklet has a side below 0</source>
        <translation>某个 tracklet 的边长小于 0</translation>
    </message>
    <message>
        <source>a tracklet goes on after the last cloud</source>
        <translation>某个 tracklet 延续到最后一个点云之后</translation>
    </message>
    <message>
        <source>a row has not {0} numbers</source>
        <translation>某行没有 {0} 个数字</translation>
    </message>
    <message>
        <source>two rows are of one frame</source>
        <translation>两行属于同一帧</translation>
    </message>
    <message>
        <source>yaw is another one than that of qw, qx, qy, qz</source>
        <translation>yaw 与 qw, qx, qy, qz 不一致</translation>
    </message>
    <message>
        <source>a box is in a frame that the table of frames has not</source>
        <translation>框所在的帧不在帧表中</translation>
    </message>
    <message>
        <source>a box has no className</source>
        <translation>框没有 className</translation>
    </message>
    <message>
        <source>a box has no obj_type</source>
        <translation>框没有 obj_type</translation>
    </message>
    <message>
        <source>a cuboid has no label</source>
        <translation>立方体没有标签</translation>
    </message>
    <message>
        <source>a cuboid has {0} values: it is to have 9, or 10 with a quaternion</source>
        <translation>立方体有 {0} 个值：应为 9 个，带四元数时为 10 个</translation>
    </message>
    <message>
        <source>a frame has no points</source>
        <translation>某帧没有点</translation>
    </message>
    <message>
        <source>a frame with figures has no cloud's name</source>
        <translation>有图形的帧没有点云名称</translation>
    </message>
    <message>
        <source>an item has no point_cloud</source>
        <translation>条目没有 point_cloud</translation>
    </message>
    <message>
        <source>two items have one id</source>
        <translation>两个条目的 id 相同</translation>
    </message>
    <message>
        <source>two classes have one id</source>
        <translation>两个类别的 id 相同</translation>
    </message>
    <message>
        <source>two objects have one key</source>
        <translation>两个对象的 key 相同</translation>
    </message>
    <message>
        <source>two figures of a frame have one key</source>
        <translation>同一帧的两个图形 key 相同</translation>
    </message>
    <message>
        <source>a label's filename is that of another cloud</source>
        <translation>标注中的文件名属于另一个点云</translation>
    </message>
    <message>
        <source>labels name a frame after the last of {0}</source>
        <translation>标注的帧在最后一帧（共 {0} 帧）之后</translation>
    </message>
    <message>
        <source>label_id {0} is none of the {1} labels</source>
        <translation>label_id {0} 不在 {1} 个标签之中</translation>
    </message>
    <message>
        <source>the class {0} is not in {1}</source>
        <translation>类别 {0} 不在 {1} 中</translation>
    </message>
    <message>
        <source>a class-id is not in the class-map of the manifest</source>
        <translation>class-id 不在清单的 class-map 中</translation>
    </message>
    <message>
        <source>an object's tag is not in meta.json</source>
        <translation>对象的标签不在 meta.json 中</translation>
    </message>
    <message>
        <source>a figure's object is not there</source>
        <translation>图形的对象不存在</translation>
    </message>
    <message>
        <source>the project has no meta.json</source>
        <translation>项目没有 meta.json</translation>
    </message>
    <message>
        <source>the metadata have no schema_version</source>
        <translation>元数据没有 schema_version</translation>
    </message>
    <message>
        <source>the parent {0} of a coordinate system is not there</source>
        <translation>坐标系的父级 {0} 不存在</translation>
    </message>
    <message>
        <source>a transform's coordinate system is not there</source>
        <translation>变换的坐标系不存在</translation>
    </message>
    <message>
        <source>a cuboid's coordinate system is not there</source>
        <translation>立方体的坐标系不存在</translation>
    </message>
    <message>
        <source>a frame's object is not among the objects</source>
        <translation>帧中的对象不在对象列表中</translation>
    </message>
    <message>
        <source>a frame's stream is not among the streams</source>
        <translation>帧中的数据流不在数据流列表中</translation>
    </message>
    <message>
        <source>an object is in frames outside its frame_intervals</source>
        <translation>对象出现在其 frame_intervals 之外的帧中</translation>
    </message>
    <message>
        <source>a line is not valid JSON: a manifest has one object a line</source>
        <translation>某行不是有效的 JSON：清单每行应为一个对象</translation>
    </message>
    <message>
        <source>it cannot be read beyond row {0}: {1}</source>
        <translation>第 {0} 行之后无法读取：{1}</translation>
    </message>
    <message>
        <source>{0} of {1} times are not after the one before</source>
        <translation>{1} 个时间中有 {0} 个不晚于前一个</translation>
    </message>
    <message>
        <source>frames are {0} s apart: the times are in another unit</source>
        <translation>帧间隔 {0} 秒：时间的单位不同</translation>
    </message>
    <message>
        <source>the times of {0} of {1} rows would be {2}; they are to be microseconds since 1970</source>
        <translation>{1} 行中有 {0} 行的时间像是{2}；应为自 1970 年起的微秒</translation>
    </message>
    <message>
        <source>the times of {0} of {1} rows are of no year; they are to be microseconds since 1970</source>
        <translation>{1} 行中有 {0} 行的时间不属于任何年份；应为自 1970 年起的微秒</translation>
    </message>
    <message>
        <source>{0} of {1} key recordings are more than 0.15 s from their sample</source>
        <translation>{1} 个关键记录中有 {0} 个与样本相差超过 0.15 秒</translation>
    </message>
    <message>
        <source>{0} of {1} recordings have a pose of 0.1 s away or more</source>
        <translation>{1} 个记录中有 {0} 个的位姿相差 0.1 秒或更多</translation>
    </message>
    <message>
        <source>{0} of {1} rotations are none</source>
        <translation>{1} 个旋转中有 {0} 个不是旋转</translation>
    </message>
    <message>
        <source>the rotation of {0} of {1} rows is not four numbers</source>
        <translation>{1} 行中有 {0} 行的旋转不是四个数</translation>
    </message>
    <message>
        <source>the rotation of {0} of {1} rows has not the length of one</source>
        <translation>{1} 行中有 {0} 行的旋转长度不为一</translation>
    </message>
    <message>
        <source>the {0} of {1} of {2} rows is not three numbers</source>
        <translation>{2} 行中有 {1} 行的 {0} 不是三个数</translation>
    </message>
    <message>
        <source>the vehicle jumps {0} times, here by {1} m</source>
        <translation>车辆跳跃 {0} 次，此处为 {1} 米</translation>
    </message>
    <message>
        <source>there is no pose, so that nothing can be placed in the world</source>
        <translation>没有位姿，因此无法在世界坐标系中放置任何内容</translation>
    </message>
    <message>
        <source>all poses are the same: the vehicle would never move</source>
        <translation>所有位姿相同：车辆从未移动</translation>
    </message>
    <message>
        <source>a pose has no translation of three numbers</source>
        <translation>某个位姿没有三个数的平移</translation>
    </message>
    <message>
        <source>an ego pose has not all of {0}</source>
        <translation>自车位姿缺少 {0} 中的部分</translation>
    </message>
    <message>
        <source>{0} is {1} m from the vehicle's own middle</source>
        <translation>{0} 距车辆中心 {1} 米</translation>
    </message>
    <message>
        <source>{0} of {1} sensors are far from the ego: are they in metres?</source>
        <translation>{1} 个传感器中有 {0} 个离自车很远：单位是米吗？</translation>
    </message>
    <message>
        <source>a camera has no calibration</source>
        <translation>某个相机没有标定</translation>
    </message>
    <message>
        <source>the calibration is none: {0}</source>
        <translation>标定无效：{0}</translation>
    </message>
    <message>
        <source>{0} of {1} cameras have no matrix of three by three</source>
        <translation>{1} 个相机中有 {0} 个没有三乘三矩阵</translation>
    </message>
    <message>
        <source>the matrix of {0} of {1} cameras has no focal length or no middle</source>
        <translation>{1} 个相机中有 {0} 个的矩阵没有焦距或中心</translation>
    </message>
    <message>
        <source>{0} of {1} camera matrices have a value that is no finite number</source>
        <translation>{1} 个相机矩阵中有 {0} 个的数值不是有限数</translation>
    </message>
    <message>
        <source>{0} of {1} camera matrices have a focal length of nothing or less</source>
        <translation>{1} 个相机矩阵中有 {0} 个的焦距为零或更小</translation>
    </message>
    <message>
        <source>{0} of {1} camera matrices have a middle outside the picture</source>
        <translation>{1} 个相机矩阵中有 {0} 个的中心在图像之外</translation>
    </message>
    <message>
        <source>{0} of {1} camera matrices have a focal length that is not in pixels</source>
        <translation>{1} 个相机矩阵中有 {0} 个的焦距不是以像素为单位</translation>
    </message>
    <message>
        <source>{0}.json is not there</source>
        <translation>{0}.json 不存在</translation>
    </message>
    <message>
        <source>{0} is not there</source>
        <translation>{0} 不存在</translation>
    </message>
    <message>
        <source>{0} of {1} rows have no {2}</source>
        <translation>{1} 行中有 {0} 行没有 {2}</translation>
    </message>
    <message>
        <source>{0} rows have the token of another one</source>
        <translation>{0} 行的 token 与另一行相同</translation>
    </message>
    <message>
        <source>{0} of {1} rows is not in {2}.json</source>
        <translation>{1} 行的 {0} 不在 {2}.json 中</translation>
    </message>
    <message>
        <source>the {0} of {1} rows does not name them as its {2}</source>
        <translation>{1} 行的 {0} 没有将其作为 {2}</translation>
    </message>
    <message>
        <source>the {0} of {1} rows is not earlier</source>
        <translation>{1} 行的 {0} 并不更早</translation>
    </message>
    <message>
        <source>the {0} of {1} rows is not later</source>
        <translation>{1} 行的 {0} 并不更晚</translation>
    </message>
    <message>
        <source>the {0} of {1} rows is not there</source>
        <translation>{1} 行的 {0} 不存在</translation>
    </message>
    <message>
        <source>the {0} of {1} rows is of another scene, channel or track</source>
        <translation>{1} 行的 {0} 属于另一场景、通道或目标</translation>
    </message>
    <message>
        <source>{0} chains of next and prev are in several pieces</source>
        <translation>{0} 条 next 与 prev 链断成几段</translation>
    </message>
    <message>
        <source>{0} of {1} rows is not the first by time</source>
        <translation>{1} 行的 {0} 按时间不是第一个</translation>
    </message>
    <message>
        <source>{0} of {1} rows is not the last by time</source>
        <translation>{1} 行的 {0} 按时间不是最后一个</translation>
    </message>
    <message>
        <source>{0} of {1} rows is wrong: it says {2}, and there are {3}</source>
        <translation>{1} 行的 {0} 有误：写的是 {2}，实际为 {3}</translation>
    </message>
    <message>
        <source>{0} of {1} samples have no key recording of a LiDAR</source>
        <translation>{1} 个样本中有 {0} 个没有激光雷达关键记录</translation>
    </message>
    <message>
        <source>{0} samples have no key recording of {1}</source>
        <translation>{0} 个样本没有 {1} 的关键记录</translation>
    </message>
    <message>
        <source>{0} samples have two key recordings of one channel, as of {1}</source>
        <translation>{0} 个样本的一个通道有两个关键记录，如 {1}</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>milliseconds</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>nanoseconds</source>
        <translation>纳秒</translation>
    </message>
    <message>
        <source>, and {0} more times</source>
        <translation>，另有 {0} 处</translation>
    </message>
    <message>
        <source>not valid JSON: {0} at line {1}, column {2}</source>
        <translation>不是有效的 JSON：第 {1} 行第 {2} 列：{0}</translation>
    </message>
    <message>
        <source>not valid JSON: {0} at character {1}</source>
        <translation>不是有效的 JSON：第 {1} 个字符处：{0}</translation>
    </message>
    <message>
        <source>not valid JSON: nested too deeply</source>
        <translation>不是有效的 JSON：嵌套过深</translation>
    </message>
    <message>
        <source>not valid JSON: nested too deeply, or an absurd number</source>
        <translation>不是有效的 JSON：嵌套过深，或数字过大</translation>
    </message>
    <message>
        <source>not valid JSON: a number has thousands of digits</source>
        <translation>不是有效的 JSON：有一个数字长达数千位</translation>
    </message>
    <message>
        <source>not valid JSON: half of a surrogate pair stands alone</source>
        <translation>不是有效的 JSON：代理对缺了一半</translation>
    </message>
    <message>
        <source>the table cannot be read: {0}</source>
        <translation>无法读取表格：{0}</translation>
    </message>
    <message>
        <source>an OXTS packet has {0} values, this one {1}</source>
        <translation>一个 OXTS 数据包应有 {0} 个值，此处有 {1} 个</translation>
    </message>
    <message>
        <source>an OXTS packet has a value that is no number: {0}</source>
        <translation>OXTS 数据包中有一个值不是数字：{0}</translation>
    </message>
</context>
</TS>
