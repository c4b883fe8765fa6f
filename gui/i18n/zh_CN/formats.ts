<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Formats</name>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>one folder a scene</source>
        <translation>每个场景一个文件夹</translation>
    </message>
    <message>
        <source>times are whole microseconds</source>
        <translation>时间为整微秒</translation>
    </message>
    <message>
        <source>of a point x, y, z, intensity and ring are kept</source>
        <translation>每个点保留 x、y、z、强度和线号</translation>
    </message>
    <message>
        <source>a box with a score counts as a model's</source>
        <translation>带分数的框视为模型结果</translation>
    </message>
    <message>
        <source>the map is empty</source>
        <translation>地图为空</translation>
    </message>
    <message>
        <source>no scores</source>
        <translation>不含分数</translation>
    </message>
    <message>
        <source>one JSON file a scene</source>
        <translation>每个场景一个 JSON 文件</translation>
    </message>
    <message>
        <source>clouds (PCD) and pictures lie in a folder beside it, which its streams name</source>
        <translation>点云（PCD）和图像位于其旁的文件夹中，由数据流指明</translation>
    </message>
    <message>
        <source>of a file whose data is not there, frames, times, poses and calibrations remain</source>
        <translation>数据不在时，帧、时间、位姿和标定仍保留</translation>
    </message>
    <message>
        <source>a box has only a yaw, about the Velodyne's z</source>
        <translation>框只有绕 Velodyne z 轴的航向角</translation>
    </message>
    <message>
        <source>a track is cut where it has a gap or changes its size</source>
        <translation>目标在间断处或尺寸改变处被切开</translation>
    </message>
    <message>
        <source>world starts at the first pose</source>
        <translation>世界坐标系始于第一个位姿</translation>
    </message>
    <message>
        <source>of a point x, y, z and intensity are kept</source>
        <translation>每个点保留 x、y、z 和强度</translation>
    </message>
    <message>
        <source>ten frames a second, without times</source>
        <translation>每秒 10 帧，不含时间</translation>
    </message>
    <message>
        <source>a box has only a yaw, about the camera's vertical axis</source>
        <translation>框只有绕相机竖直轴的航向角</translation>
    </message>
    <message>
        <source>no boxes</source>
        <translation>不含标注框</translation>
    </message>
    <message>
        <source>one LiDAR and its own four cameras, without distortion</source>
        <translation>一个激光雷达及其四个固定相机，无畸变</translation>
    </message>
    <message>
        <source>times count from the first frame</source>
        <translation>时间从第一帧起算</translation>
    </message>
    <message>
        <source>of a point x, y, z and intensity are kept, with a class and an instance from 0 to 65535</source>
        <translation>每个点保留 x、y、z 和强度，以及 0 到 65535 的类别和实例</translation>
    </message>
    <message>
        <source>every cloud gets a label file of its full length</source>
        <translation>每个点云都有与其等长的标签文件</translation>
    </message>
    <message>
        <source>single frames without time or tracks</source>
        <translation>单帧，不含时间和目标</translation>
    </message>
    <message>
        <source>one LiDAR</source>
        <translation>一个激光雷达</translation>
    </message>
    <message>
        <source>pictures without calibrations</source>
        <translation>图像不含标定</translation>
    </message>
    <message>
        <source>attributes of a track are written on each of its boxes</source>
        <translation>目标的属性写入其每个框</translation>
    </message>
    <message>
        <source>one LiDAR, cameras without distortion</source>
        <translation>一个激光雷达，相机无畸变</translation>
    </message>
    <message>
        <source>drives become episodes, unrelated frames point clouds</source>
        <translation>连续数据成为片段（episode），互不相关的帧成为单个点云</translation>
    </message>
    <message>
        <source>attributes are tags</source>
        <translation>属性写为标签（tag）</translation>
    </message>
    <message>
        <source>of times those of pictures are kept</source>
        <translation>时间只保留图像的时间</translation>
    </message>
    <message>
        <source>a drive's folder is called Scene_NAME, as the tool wants it</source>
        <translation>文件夹按该工具的要求命名为 Scene_NAME</translation>
    </message>
    <message>
        <source>what is true of a whole track is written to each of its boxes</source>
        <translation>整个目标共有的内容写入其每个框</translation>
    </message>
    <message>
        <source>one LiDAR, its points as JSON in world with intensity and time alone, those without a return left out</source>
        <translation>一个激光雷达，其点以 JSON 写在世界坐标系中，只含强度和时间，无回波的点略去</translation>
    </message>
    <message>
        <source>of a response alone, labels and frames are read</source>
        <translation>仅有响应文件时，读取标注和帧</translation>
    </message>
    <message>
        <source>one LiDAR, its points in world as float32 with intensity and colours</source>
        <translation>一个激光雷达，其点为世界坐标系中的 float32，含强度和颜色</translation>
    </message>
    <message>
        <source>times to the microsecond</source>
        <translation>时间精确到微秒</translation>
    </message>
    <message>
        <source>links to S3 are looked for among the files beside the manifest</source>
        <translation>S3 链接在清单旁的文件中查找</translation>
    </message>
    <message>
        <source>what is written says BUCKET where the bucket's name belongs</source>
        <translation>写出的内容在存储桶名称处写 BUCKET</translation>
    </message>
    <message>
        <source>classes painted on points are read and not written</source>
        <translation>点上的类别可读取，不写出</translation>
    </message>
    <message>
        <source>a box has a class and no more</source>
        <translation>框只有类别</translation>
    </message>
    <message>
        <source>centroid_abs is written, and centroid_rel, vertices and both KITTI forms are read as well</source>
        <translation>写出 centroid_abs，也可读取 centroid_rel、vertices 和两种 KITTI 形式</translation>
    </message>
    <message>
        <source>labels alone, with frames, times and ego poses: no clouds, pictures or sensors</source>
        <translation>只有标注以及帧、时间和自车位姿：不含点云、图像和传感器</translation>
    </message>
    <message>
        <source>a table of yours may have columns of its own, and needs no more than category, x, y, z, l, w, h and a frame or time</source>
        <translation>您的表格可以有自己的列，只需 category、x、y、z、l、w、h 以及帧或时间</translation>
    </message>
    <message>
        <source>one LiDAR, one calibration a camera, without distortion</source>
        <translation>一个激光雷达，每个相机一份标定，无畸变</translation>
    </message>
    <message>
        <source>a time is that of a cloud's first point</source>
        <translation>时间为点云第一个点的时间</translation>
    </message>
    <message>
        <source>of attributes one text remains</source>
        <translation>属性只保留一段文本</translation>
    </message>
    <message>
        <source>clouds of any kind are read, PCD is written</source>
        <translation>可读取任意点云，写出 PCD</translation>
    </message>
    <message>
        <source>labels have no place in it</source>
        <translation>其中不存放标注</translation>
    </message>
    <message>
        <source>one calibration a camera</source>
        <translation>每个相机一份标定</translation>
    </message>
</context>
</TS>
