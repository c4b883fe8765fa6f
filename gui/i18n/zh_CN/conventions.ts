<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>What can the data mean?...</source>
        <translation>数据可能是什么含义？…</translation>
    </message>
</context>
<context>
    <name>ConventionDialog</name>
    <message>
        <source>What can the data mean?</source>
        <translation>数据可能是什么含义？</translation>
    </message>
    <message>
        <source>as it is read</source>
        <translation>按现在的读法</translation>
    </message>
    <message>
        <source>{0}, frame {1}</source>
        <translation>{0}，第 {1} 帧</translation>
    </message>
    <message>
        <source>Read it so</source>
        <translation>按此读取</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The list holds what the numbers of this drive can be meant as, the likeliest first. The picture shows points and boxes as the chosen one has them.</source>
        <translation>列表给出这段数据中数值可能的含义，最可能的排在最前。图像按所选含义显示点和标注框。</translation>
    </message>
    <message>
        <source>The number says how much more the pictures, points and boxes speak for it than for how the data is read now; below 0 they speak against it, and from 10 on there is no doubt.</source>
        <translation>数字表示图像、点和标注框对它的支持比对现在读法的支持多多少；低于 0 表示不支持，达到 10 以上即可确定。</translation>
    </message>
    <message>
        <source>The button has the drive read so from now on. Files stay as they are, the boxes of this project move along, and one undo takes it back.</source>
        <translation>按下按钮后，今后都按所选含义读取这段数据。文件保持不变，本工程的标注框随之移动，一次撤销即可恢复。</translation>
    </message>
    <message>
        <source>There are no pictures to compare with the points.</source>
        <translation>没有可与点云比较的图像。</translation>
    </message>
    <message>
        <source>There are no boxes to compare with the points.</source>
        <translation>没有可与点云比较的框。</translation>
    </message>
    <message>
        <source>The first two are close: look at the pictures before you take one.</source>
        <translation>前两项很接近：请先看图像再选择。</translation>
    </message>
    <message>
        <source>less: {0}</source>
        <translation>较差：{0}</translation>
    </message>
    <message>
        <source>nothing tells it from how it is read</source>
        <translation>没有证据能把它与现在的读法区分开</translation>
    </message>
    <message>
        <source>The data is read otherwise now; one undo takes it back</source>
        <translation>数据已按新的含义读取；撤销一次即可恢复</translation>
    </message>
</context>
<context>
    <name>Conventions</name>
    <message>
        <source>extrinsics of cameras are the other way round (inverse)</source>
        <translation>相机外参方向相反（应取逆）</translation>
    </message>
    <message>
        <source>rotations of cameras are column by column, not row by row</source>
        <translation>相机旋转矩阵按列存储，而不是按行</translation>
    </message>
    <message>
        <source>quaternions of cameras have their real part last (x, y, z, w)</source>
        <translation>相机四元数的实部在最后（x, y, z, w）</translation>
    </message>
    <message>
        <source>quaternions of cameras have their real part first (w, x, y, z)</source>
        <translation>相机四元数的实部在最前（w, x, y, z）</translation>
    </message>
    <message>
        <source>the LiDAR's mounting is the other way round (inverse)</source>
        <translation>LiDAR 安装外参方向相反（应取逆）</translation>
    </message>
    <message>
        <source>rotations of the LiDAR are column by column, not row by row</source>
        <translation>LiDAR 旋转矩阵按列存储，而不是按行</translation>
    </message>
    <message>
        <source>quaternions of the LiDAR have their real part last (x, y, z, w)</source>
        <translation>LiDAR 四元数的实部在最后（x, y, z, w）</translation>
    </message>
    <message>
        <source>quaternions of the LiDAR have their real part first (w, x, y, z)</source>
        <translation>LiDAR 四元数的实部在最前（w, x, y, z）</translation>
    </message>
    <message>
        <source>ego poses are the other way round (inverse)</source>
        <translation>自车位姿方向相反（应取逆）</translation>
    </message>
    <message>
        <source>rotations of ego poses are column by column, not row by row</source>
        <translation>自车位姿的旋转矩阵按列存储，而不是按行</translation>
    </message>
    <message>
        <source>quaternions of ego poses have their real part last (x, y, z, w)</source>
        <translation>自车位姿四元数的实部在最后（x, y, z, w）</translation>
    </message>
    <message>
        <source>quaternions of ego poses have their real part first (w, x, y, z)</source>
        <translation>自车位姿四元数的实部在最前（w, x, y, z）</translation>
    </message>
    <message>
        <source>the camera's axes are x forward, y left, z up</source>
        <translation>相机坐标轴为 x 向前、y 向左、z 向上</translation>
    </message>
    <message>
        <source>the camera's axes are x right, y forward, z up</source>
        <translation>相机坐标轴为 x 向右、y 向前、z 向上</translation>
    </message>
    <message>
        <source>the camera's axes are optical; they were turned from x forward for nothing</source>
        <translation>相机坐标轴本来就是光学坐标轴，不应再从 x 向前转换</translation>
    </message>
    <message>
        <source>the camera's axes are optical; they were turned from y forward for nothing</source>
        <translation>相机坐标轴本来就是光学坐标轴，不应再从 y 向前转换</translation>
    </message>
    <message>
        <source>the camera's axes are x right, y up, z backward, as in OpenGL</source>
        <translation>相机坐标轴为 x 向右、y 向上、z 向后（OpenGL）</translation>
    </message>
    <message>
        <source>the picture is upside down</source>
        <translation>图像上下颠倒</translation>
    </message>
    <message>
        <source>the LiDAR's axes are turned by a quarter to the left: what was taken for x is y</source>
        <translation>LiDAR 坐标轴向左差 90 度：读成 x 的其实是 y</translation>
    </message>
    <message>
        <source>the LiDAR's axes are turned by a quarter to the right: what was taken for y is x</source>
        <translation>LiDAR 坐标轴向右差 90 度：读成 y 的其实是 x</translation>
    </message>
    <message>
        <source>the LiDAR's axes are turned about: x is backward</source>
        <translation>LiDAR 坐标轴前后相反：x 向后</translation>
    </message>
    <message>
        <source>the LiDAR's axes are left-handed: y has the other sign</source>
        <translation>LiDAR 坐标系是左手系：y 的符号相反</translation>
    </message>
    <message>
        <source>the LiDAR's axes are x forward, y right, z down</source>
        <translation>LiDAR 坐标轴为 x 向前、y 向右、z 向下</translation>
    </message>
    <message>
        <source>the pictures are free of distortion already: the coefficients are not to be used</source>
        <translation>图像已去畸变：不应再使用畸变系数</translation>
    </message>
    <message>
        <source>the lenses are fisheyes (equidistant)</source>
        <translation>镜头是鱼眼（等距投影）</translation>
    </message>
    <message>
        <source>the lenses are pinholes, no fisheyes</source>
        <translation>镜头是针孔，不是鱼眼</translation>
    </message>
    <message>
        <source>pictures were taken 0.1 s earlier</source>
        <translation>图像实际拍摄时间早 0.1 秒</translation>
    </message>
    <message>
        <source>pictures were taken 0.05 s earlier</source>
        <translation>图像实际拍摄时间早 0.05 秒</translation>
    </message>
    <message>
        <source>pictures were taken 0.05 s later</source>
        <translation>图像实际拍摄时间晚 0.05 秒</translation>
    </message>
    <message>
        <source>pictures were taken 0.1 s later</source>
        <translation>图像实际拍摄时间晚 0.1 秒</translation>
    </message>
    <message>
        <source>the boxes' axes are turned by a quarter to the left: what was taken for x is y</source>
        <translation>框的坐标轴向左差 90 度：读成 x 的其实是 y</translation>
    </message>
    <message>
        <source>the boxes' axes are turned by a quarter to the right: what was taken for y is x</source>
        <translation>框的坐标轴向右差 90 度：读成 y 的其实是 x</translation>
    </message>
    <message>
        <source>the boxes' axes are turned about: x is backward</source>
        <translation>框的坐标轴前后相反：x 向后</translation>
    </message>
    <message>
        <source>the boxes' axes are left-handed: y has the other sign</source>
        <translation>框的坐标系是左手系：y 的符号相反</translation>
    </message>
    <message>
        <source>a box's place is the middle of its bottom, not its centre</source>
        <translation>框的位置是底面中心，而不是几何中心</translation>
    </message>
    <message>
        <source>a box's place is its centre, not the middle of its bottom</source>
        <translation>框的位置是几何中心，而不是底面中心</translation>
    </message>
    <message>
        <source>sizes are width, length, height</source>
        <translation>尺寸顺序是宽、长、高</translation>
    </message>
    <message>
        <source>sizes are height, width, length</source>
        <translation>尺寸顺序是高、宽、长</translation>
    </message>
    <message>
        <source>sizes are length, height, width</source>
        <translation>尺寸顺序是长、高、宽</translation>
    </message>
    <message>
        <source>sizes are width, height, length</source>
        <translation>尺寸顺序是宽、高、长</translation>
    </message>
    <message>
        <source>sizes are height, length, width</source>
        <translation>尺寸顺序是高、长、宽</translation>
    </message>
    <message>
        <source>headings are off by +90 degrees: another axis is zero</source>
        <translation>朝向差 +90 度：零度所指的轴不同</translation>
    </message>
    <message>
        <source>headings are off by -90 degrees: another axis is zero</source>
        <translation>朝向差 -90 度：零度所指的轴不同</translation>
    </message>
    <message>
        <source>headings are off by +180 degrees: another axis is zero</source>
        <translation>朝向差 +180 度：零度所指的轴不同</translation>
    </message>
    <message>
        <source>headings turn the other way (clockwise)</source>
        <translation>朝向角方向相反（顺时针）</translation>
    </message>
    <message>
        <source>headings are radians that were taken for degrees</source>
        <translation>朝向角是弧度，被当成了角度</translation>
    </message>
    <message>
        <source>quaternions of boxes have their real part last (x, y, z, w)</source>
        <translation>框的四元数的实部在最后（x, y, z, w）</translation>
    </message>
    <message>
        <source>quaternions of boxes have their real part first (w, x, y, z)</source>
        <translation>框的四元数的实部在最前（w, x, y, z）</translation>
    </message>
    <message>
        <source>edges of things lie on those in the pictures, which stand upright</source>
        <translation>物体边缘与图像边缘重合，图像直立</translation>
    </message>
    <message>
        <source>points fill the boxes, which stand on the ground and have usual sizes</source>
        <translation>点填满框，框立在地面上且尺寸正常</translation>
    </message>
    <message>
        <source>the vehicle's up is that of the road</source>
        <translation>自车的上方与路面的上方一致</translation>
    </message>
    <message>
        <source>objects go where they point</source>
        <translation>物体朝它所指的方向运动</translation>
    </message>
    <message>
        <source>sweeps fit together, and the vehicle goes where it looks</source>
        <translation>各帧点云互相吻合，自车朝前方行驶</translation>
    </message>
</context>
</TS>
