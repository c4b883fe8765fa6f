<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Lift 2D labels to boxes...</source>
        <translation>由二维标注生成三维框…</translation>
    </message>
</context>
<context>
    <name>LiftDialog</name>
    <message>
        <source>2D labels: COCO, KITTI, nuImages</source>
        <translation>二维标注：COCO、KITTI、nuImages</translation>
    </message>
    <message>
        <source>2D labels: COCO's file, one of KITTI's folder, or object_ann.json of nuImages</source>
        <translation>选择二维标注：COCO 文件、KITTI 文件夹中的任一文件，或 nuImages 的 object_ann.json</translation>
    </message>
    <message>
        <source>None of the 2D labels became a box</source>
        <translation>没有二维标注生成了框</translation>
    </message>
    <message>
        <source>{0} tracks with {1} boxes lifted from 2D labels; one undo takes them back</source>
        <translation>已由二维标注生成 {0} 个目标、{1} 个框；撤销一次即可全部收回</translation>
    </message>
    <message>
        <source>Lift 2D labels to boxes</source>
        <translation>由二维标注生成三维框</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>略去</translation>
    </message>
    <message>
        <source>new category: {0}</source>
        <translation>新类别：{0}</translation>
    </message>
    <message>
        <source>{0}: {1} 2D labels in {2} pictures of this drive</source>
        <translation>{0}：该数据的 {2} 张图像中有 {1} 个二维标注</translation>
    </message>
    <message>
        <source>{0} labels are in other pictures and are left out</source>
        <translation>另有 {0} 个标注属于其他图像，将被略去</translation>
    </message>
    <message>
        <source>Each becomes a box around the points in it, marked as made by machine, in one step of undo. Where there are boxes already none is added.</source>
        <translation>每个标注将由其中的点生成一个框，标为机器生成，可一次撤销。已有框的位置不再添加。</translation>
    </message>
    <message>
        <source>Make boxes</source>
        <translation>生成框</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>reading 2D labels</source>
        <translation>正在读取二维标注</translation>
    </message>
    <message>
        <source>lifting</source>
        <translation>正在由二维标注生成框</translation>
    </message>
    <message>
        <source>there are no 2D labels at this path</source>
        <translation>该路径下没有二维标注</translation>
    </message>
    <message>
        <source>there are no 2D labels in it</source>
        <translation>其中没有二维标注</translation>
    </message>
    <message>
        <source>these are no 2D labels that can be read</source>
        <translation>这不是可以读取的二维标注</translation>
    </message>
    <message>
        <source>COCO's JSON file, a folder of KITTI label_2 text, or a folder of nuImages with object_ann.json</source>
        <translation>可用：COCO 的 JSON 文件、KITTI label_2 文本的文件夹，或带有 object_ann.json 的 nuImages 文件夹</translation>
    </message>
    <message>
        <source>none of its {0} 2D labels is in a picture of this drive, such as {1}</source>
        <translation>其中 {0} 个二维标注都不在该数据的图像中，例如 {1}</translation>
    </message>
    <message>
        <source>pictures are found by the end of their path, or as scene/camera/frame</source>
        <translation>图像按路径末尾查找，或写作 场景/相机/帧</translation>
    </message>
    <message>
        <source>none of its {0} 2D labels can be lifted: {1}</source>
        <translation>其中 {0} 个二维标注都无法生成框：{1}</translation>
    </message>
    <message>
        <source>the picture {0} may be any of {1}: {2}</source>
        <translation>图像 {0} 可能是以下 {1} 张中的任意一张：{2}</translation>
    </message>
    <message>
        <source>name it with its folders, or as scene/camera/frame</source>
        <translation>请连同文件夹一起写出，或写作 场景/相机/帧</translation>
    </message>
    <message>
        <source>a COCO file has lists of images, annotations and categories</source>
        <translation>COCO 文件应含 images、annotations 和 categories 三个列表</translation>
    </message>
    <message>
        <source>a label has 8, 15 or 16 values, or 2 more with frame and track; got {0}</source>
        <translation>一行标注应有 8、15 或 16 个值，带帧号和目标号时多 2 个；此处有 {0} 个</translation>
    </message>
    <message>
        <source>its sample_data or its category is in no table</source>
        <translation>它的 sample_data 或类别不在任何表中</translation>
    </message>
    <message>
        <source>a 2D label was not lifted: {0}</source>
        <translation>一个二维标注未生成框：{0}</translation>
    </message>
    <message>
        <source>{0} 2D labels were not lifted: {1}</source>
        <translation>{0} 个二维标注未生成框：{1}</translation>
    </message>
    <message>
        <source>a box is ambiguous: another object explains the 2D label about as well; look there</source>
        <translation>一个框有歧义：另一个物体同样符合该二维标注，请查看</translation>
    </message>
    <message>
        <source>{0} boxes are ambiguous: another object explains the 2D label about as well; look there</source>
        <translation>{0} 个框有歧义：另一个物体同样符合该二维标注，请查看</translation>
    </message>
    <message>
        <source>a box was left out where there are boxes already</source>
        <translation>已有框的位置略去了一个框</translation>
    </message>
    <message>
        <source>{0} boxes were left out where there are boxes already</source>
        <translation>已有框的位置略去了 {0} 个框</translation>
    </message>
    <message>
        <source>they are of classes that are left out</source>
        <translation>它们属于被略去的类别</translation>
    </message>
    <message>
        <source>their pictures are not of this drive, such as {0}</source>
        <translation>它们的图像不属于该数据，例如 {0}</translation>
    </message>
    <message>
        <source>the camera {0} has no calibration</source>
        <translation>相机 {0} 没有标定</translation>
    </message>
    <message>
        <source>frame {0} has no sweep of a LiDAR</source>
        <translation>第 {0} 帧没有激光雷达点云</translation>
    </message>
    <message>
        <source>there are no points in the mark: the LiDAR saw nothing of this object</source>
        <translation>标记内没有点：激光雷达没有扫到该物体</translation>
    </message>
    <message>
        <source>there is nothing but ground in the mark</source>
        <translation>标记内只有地面</translation>
    </message>
    <message>
        <source>there are too few points in the mark to tell what stands there</source>
        <translation>标记内的点太少，无法判断是什么</translation>
    </message>
    <message>
        <source>{0} lies outside of the picture: it spans {1} to {2} pixels</source>
        <translation>{0}位于图像之外：范围为 {1} 至 {2} 像素</translation>
    </message>
    <message>
        <source>{0} is smaller than {1} pixels within the picture</source>
        <translation>{0}在图像内小于 {1} 像素</translation>
    </message>
    <message>
        <source>the rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>the polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>the mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>the mask is empty</source>
        <translation>掩膜为空</translation>
    </message>
    <message>
        <source>its picture is {0} x {1} pixels, but that of the lens {2} x {3}</source>
        <translation>标注的图像为 {0} x {1} 像素，而镜头的图像为 {2} x {3}</translation>
    </message>
    <message>
        <source>its mask is {0} x {1} pixels, but its picture {2} x {3}</source>
        <translation>掩膜为 {0} x {1} 像素，而图像为 {2} x {3}</translation>
    </message>
    <message>
        <source>the mark lies where the lens sees nothing</source>
        <translation>标记位于镜头看不到的地方</translation>
    </message>
    <message>
        <source>the runs of a mask are no numbers</source>
        <translation>掩膜的游程不是数字</translation>
    </message>
    <message>
        <source>the runs of a mask end too soon</source>
        <translation>掩膜的游程不完整</translation>
    </message>
    <message>
        <source>the runs of a mask have {0} in them</source>
        <translation>掩膜的游程中含有 {0}</translation>
    </message>
    <message>
        <source>there is no image {0}</source>
        <translation>没有图像 {0}</translation>
    </message>
    <message>
        <source>there is no category {0}</source>
        <translation>没有类别 {0}</translation>
    </message>
    <message>
        <source>a bbox is {0} x {1} pixels</source>
        <translation>边界框为 {0} x {1} 像素</translation>
    </message>
    <message>
        <source>a mask of {0} x {1} pixels cannot be read</source>
        <translation>无法读取 {0} x {1} 像素的掩膜</translation>
    </message>
    <message>
        <source>the runs of a mask are {0} pixels, it has {1}</source>
        <translation>掩膜的游程共 {0} 像素，而掩膜有 {1} 像素</translation>
    </message>
</context>
</TS>
