<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Rules</name>
    <message>
        <source>Box in no sensor's view</source>
        <translation>标注框不在任何传感器视野内</translation>
    </message>
    <message>
        <source>Pose that shakes</source>
        <translation>位姿抖动</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>remark</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Box outside the scene</source>
        <translation>标注框不在场景内</translation>
    </message>
    <message>
        <source>Number that is not finite</source>
        <translation>数值不是有限数</translation>
    </message>
    <message>
        <source>Category that is not in the taxonomy</source>
        <translation>类别不在类别表中</translation>
    </message>
    <message>
        <source>Attribute that is not in the taxonomy</source>
        <translation>属性不在类别表中</translation>
    </message>
    <message>
        <source>Visibility level that is not in the taxonomy</source>
        <translation>可见度等级不在类别表中</translation>
    </message>
    <message>
        <source>Attribute with a value of another kind</source>
        <translation>属性值的类型不符</translation>
    </message>
    <message>
        <source>Box far from the car</source>
        <translation>标注框离自车太远</translation>
    </message>
    <message>
        <source>Two tracks with the same boxes</source>
        <translation>两个目标的标注框相同</translation>
    </message>
    <message>
        <source>Boxes that lie in each other</source>
        <translation>标注框相互重叠</translation>
    </message>
    <message>
        <source>Track without a box</source>
        <translation>目标没有标注框</translation>
    </message>
    <message>
        <source>Box that the machine is not sure of</source>
        <translation>机器没有把握的标注框</translation>
    </message>
    <message>
        <source>Two tracks of one category with the same name</source>
        <translation>同类别的两个目标同名</translation>
    </message>
    <message>
        <source>Size far from what its category has</source>
        <translation>尺寸与类别相差很大</translation>
    </message>
    <message>
        <source>Size that differs from the rest of its track</source>
        <translation>尺寸与同一目标的其他帧不同</translation>
    </message>
    <message>
        <source>Size of another category</source>
        <translation>尺寸属于另一类别</translation>
    </message>
    <message>
        <source>Heading that turns round at once</source>
        <translation>朝向突然反转</translation>
    </message>
    <message>
        <source>Faster than its category</source>
        <translation>速度超出类别</translation>
    </message>
    <message>
        <source>Box off its track's course</source>
        <translation>标注框偏离目标轨迹</translation>
    </message>
    <message>
        <source>Track that leaps to another place</source>
        <translation>轨迹跳到别处</translation>
    </message>
    <message>
        <source>Speeds up or brakes beyond its category</source>
        <translation>加速或制动超出类别</translation>
    </message>
    <message>
        <source>Heading off that of its neighbours</source>
        <translation>朝向与相邻帧不符</translation>
    </message>
    <message>
        <source>Turns faster than its category</source>
        <translation>转向快于类别</translation>
    </message>
    <message>
        <source>Heading against the motion</source>
        <translation>朝向与运动方向不符</translation>
    </message>
    <message>
        <source>Two tracks of one object</source>
        <translation>一个物体有两个目标</translation>
    </message>
    <message>
        <source>Object that goes on as another category</source>
        <translation>物体中途变为另一类别</translation>
    </message>
    <message>
        <source>Attributes that cannot both be true</source>
        <translation>属性互相矛盾</translation>
    </message>
    <message>
        <source>Attribute that others of the category have</source>
        <translation>缺少同类别都有的属性</translation>
    </message>
    <message>
        <source>Attribute against the motion</source>
        <translation>属性与运动不符</translation>
    </message>
    <message>
        <source>Labels of another time than the sweep</source>
        <translation>标注与点云的时间不同</translation>
    </message>
    <message>
        <source>Frames that are missing</source>
        <translation>缺少帧</translation>
    </message>
    <message>
        <source>Box without a point</source>
        <translation>标注框内没有点</translation>
    </message>
    <message>
        <source>Box with very few points</source>
        <translation>标注框内的点很少</translation>
    </message>
    <message>
        <source>Box over or under the ground</source>
        <translation>标注框高于或低于地面</translation>
    </message>
    <message>
        <source>Points of the object left outside</source>
        <translation>物体的点落在框外</translation>
    </message>
    <message>
        <source>Side that no point comes near</source>
        <translation>没有点靠近的侧面</translation>
    </message>
    <message>
        <source>Frame without a box of an object that is there</source>
        <translation>物体在此帧却没有标注框</translation>
    </message>
    <message>
        <source>One box for something that moves</source>
        <translation>运动物体用了同一个框</translation>
    </message>
    <message>
        <source>Fast object boxed where its points were taken</source>
        <translation>快速物体按采点时刻标注</translation>
    </message>
    <message>
        <source>Something that moves and has no box</source>
        <translation>有运动物体没有标注框</translation>
    </message>
    <message>
        <source>Something that has no box</source>
        <translation>有物体没有标注框</translation>
    </message>
    <message>
        <source>Rule that fails</source>
        <translation>规则执行失败</translation>
    </message>
</context>
<context>
    <name>FindingsPanel</name>
    <message>
        <source>Show what was waived, too, and why</source>
        <translation>同时显示已豁免的结果及理由</translation>
    </message>
    <message>
        <source>Show it among the findings again</source>
        <translation>重新列入检查结果</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>Waived by {0}: {1}</source>
        <translation>{0} 豁免：{1}</translation>
    </message>
    <message>
        <source>Waived ({0})</source>
        <translation>已豁免（{0}）</translation>
    </message>
    <message>
        <source>The drive has not been checked yet.</source>
        <translation>尚未检查此数据。</translation>
    </message>
    <message>
        <source>{0} in all</source>
        <translation>共 {0} 条</translation>
    </message>
    <message>
        <source>The labels keep every rule</source>
        <translation>标注符合所有规则</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Run all rules over the drive</source>
        <translation>对整段数据执行所有规则</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一条</translation>
    </message>
    <message>
        <source>Mend</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>Put this right where that is safe, as one edit</source>
        <translation>在确保安全时修正，作为一次编辑</translation>
    </message>
    <message>
        <source>Waive</source>
        <translation>豁免</translation>
    </message>
    <message>
        <source>Keep it as it is: it is not shown again while it gets no worse</source>
        <translation>保持原样：只要不变得更糟就不再提示</translation>
    </message>
    <message>
        <source>Why it is right as it is</source>
        <translation>保持原样的理由</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Sure</source>
        <translation>把握</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Findings</source>
        <translation>检查结果</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>the {0} is {1} m here, and {2} m in frame {3}</source>
        <translation>此处{0}为 {1} 米，而第 {3} 帧为 {2} 米</translation>
    </message>
    <message>
        <source>no picture of the frame has any of the box</source>
        <translation>本帧没有图像包含此框的任何部分</translation>
    </message>
    <message>
        <source>{0} tracks are {1} m off their courses in one way: the pose is wrong</source>
        <translation>{0} 个目标以同一方式偏离轨迹 {1} 米：位姿有误</translation>
    </message>
    <message>
        <source>scene {0}, frame {1}, at ({2}, {3}, {4})</source>
        <translation>场景 {0}，第 {1} 帧，位于 ({2}, {3}, {4})</translation>
    </message>
    <message>
        <source>attributes {0} and {1} cannot both be true</source>
        <translation>属性 {0} 与 {1} 不能同时成立</translation>
    </message>
    <message>
        <source>attribute {0} is not said, as it is of other boxes of the category</source>
        <translation>没有说明属性 {0}，而同类别的其他框都有</translation>
    </message>
    <message>
        <source>an attribute says that the object moves, and it stands still</source>
        <translation>属性说物体在运动，但它静止不动</translation>
    </message>
    <message>
        <source>an attribute says that the object stands, and it moves at {0} m/s</source>
        <translation>属性说物体静止，但它以 {0} 米/秒运动</translation>
    </message>
    <message>
        <source>{0} % of the smaller box lie in that of track {1}</source>
        <translation>较小的框有 {0} % 位于目标 {1} 的框内</translation>
    </message>
    <message>
        <source>the box lies {0} m off the course of the boxes before and after it</source>
        <translation>框偏离前后框的轨迹 {0} 米</translation>
    </message>
    <message>
        <source>the track leaps by {0} m after frame {1} and goes on from there</source>
        <translation>轨迹在第 {1} 帧之后跳了 {0} 米，并从那里继续</translation>
    </message>
    <message>
        <source>the speed changes by {0} m/s in a second</source>
        <translation>速度在一秒内变化 {0} 米/秒</translation>
    </message>
    <message>
        <source>the heading is {0} degrees off that of the boxes before and after it</source>
        <translation>朝向与前后框相差 {0} 度</translation>
    </message>
    <message>
        <source>the heading turns at {0} degrees a second since frame {1}</source>
        <translation>自第 {1} 帧起朝向以每秒 {0} 度转动</translation>
    </message>
    <message>
        <source>the heading is {0} degrees off the way the object moves</source>
        <translation>朝向与物体的运动方向相差 {0} 度</translation>
    </message>
    <message>
        <source>no point lies in the box</source>
        <translation>框内没有点</translation>
    </message>
    <message>
        <source>one point lies in the box</source>
        <translation>框内只有 1 个点</translation>
    </message>
    <message>
        <source>{0} points lie in the box</source>
        <translation>框内只有 {0} 个点</translation>
    </message>
    <message>
        <source>the lower side is {0} m over the ground</source>
        <translation>下底面高出地面 {0} 米</translation>
    </message>
    <message>
        <source>the lower side is {0} m under the ground</source>
        <translation>下底面低于地面 {0} 米</translation>
    </message>
    <message>
        <source>{0} % as many points as inside lie just outside</source>
        <translation>框外紧邻的点达到框内点数的 {0} %</translation>
    </message>
    <message>
        <source>the {0} side is {1} m from the nearest point, in every frame</source>
        <translation>{0}侧面在每一帧都离最近的点 {1} 米</translation>
    </message>
    <message>
        <source>there is no box here, and {0} points lie where it would be</source>
        <translation>此处没有标注框，而该处有 {0} 个点</translation>
    </message>
    <message>
        <source>the track has not begun here, and {0} points lie where its box would be</source>
        <translation>目标在此尚未开始，而其框应在之处有 {0} 个点</translation>
    </message>
    <message>
        <source>the track has ended here, and {0} points lie where its box would be</source>
        <translation>目标在此已结束，而其框应在之处有 {0} 个点</translation>
    </message>
    <message>
        <source>the box never moves, and in {0} frames the object is not in it</source>
        <translation>框从不移动，而有 {0} 帧物体不在其中</translation>
    </message>
    <message>
        <source>its points were taken {0} m before or behind, and the box lies on them</source>
        <translation>其点在前后 {0} 米处采得，而框落在这些点上</translation>
    </message>
    <message>
        <source>the {0} is {1} m here, and {2} m in most of the track</source>
        <translation>此处{0}为 {1} 米，而该目标大多为 {2} 米</translation>
    </message>
    <message>
        <source>{0} x {1} x {2} m is no size for {3}; it fits {4}</source>
        <translation>{0} x {1} x {2} 米不是 {3} 的尺寸；它符合 {4}</translation>
    </message>
    <message>
        <source>track {0} begins in frame {1}, {2} m from where this one would be: one object</source>
        <translation>目标 {0} 从第 {1} 帧开始，距此目标应在之处 {2} 米：是同一物体</translation>
    </message>
    <message>
        <source>it goes on in frame {0} as track {1}, a {2}</source>
        <translation>它从第 {0} 帧起作为目标 {1} 继续，类别为 {2}</translation>
    </message>
    <message>
        <source>{0} was taken {1} ms from the time of the labels, in {2} frames</source>
        <translation>{0} 的采集时间与标注相差 {1} 毫秒，共 {2} 帧</translation>
    </message>
    <message>
        <source>{0} steps between frames are longer than the usual {1} s, the longest {2} s</source>
        <translation>有 {0} 处帧间隔长于通常的 {1} 秒，最长 {2} 秒</translation>
    </message>
    <message>
        <source>something that moves at {0} m/s has no box, of the size of a {1}</source>
        <translation>有物体以 {0} 米/秒运动却没有标注框，大小如{1}</translation>
    </message>
    <message>
        <source>something that stands has no box, of the size of a car</source>
        <translation>有静止物体没有标注框，大小如汽车</translation>
    </message>
    <message>
        <source>the rule {0} failed: {1}: {2}</source>
        <translation>规则 {0} 失败：{1}：{2}</translation>
    </message>
    <message>
        <source>front</source>
        <translation>前</translation>
    </message>
    <message>
        <source>rear</source>
        <translation>后</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>upper</source>
        <translation>上</translation>
    </message>
    <message>
        <source>person</source>
        <translation>行人</translation>
    </message>
    <message>
        <source>cycle</source>
        <translation>自行车</translation>
    </message>
    <message>
        <source>car</source>
        <translation>汽车</translation>
    </message>
    <message>
        <source>lorry</source>
        <translation>卡车</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>No finding is shown</source>
        <translation>没有显示的检查结果</translation>
    </message>
    <message>
        <source>Only a person can put this finding right</source>
        <translation>此检查结果只能由人工修正</translation>
    </message>
    <message>
        <source>Take back a waiver</source>
        <translation>撤回豁免</translation>
    </message>
    <message>
        <source>Mend what a check found</source>
        <translation>修正检查结果</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Previous finding of the checks</source>
        <translation>上一条检查结果</translation>
    </message>
    <message>
        <source>Mend the finding that is shown</source>
        <translation>修正显示的检查结果</translation>
    </message>
    <message>
        <source>Waive the finding that is shown, and why</source>
        <translation>豁免显示的检查结果并说明理由</translation>
    </message>
</context>
</TS>
