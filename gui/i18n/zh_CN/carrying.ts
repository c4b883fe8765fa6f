<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Carry on by the points</source>
        <translation>按点云传播到后续帧</translation>
    </message>
    <message>
        <source>Carry on</source>
        <translation>传播</translation>
    </message>
    <message>
        <source>Carry back by the points</source>
        <translation>按点云传播到之前的帧</translation>
    </message>
    <message>
        <source>Carry on to the next key frame</source>
        <translation>传播到下一关键帧</translation>
    </message>
    <message>
        <source>The box is right; go on</source>
        <translation>此框正确，继续</translation>
    </message>
    <message>
        <source>Accept all boxes but the doubtful ones</source>
        <translation>确认除可疑框外的所有框</translation>
    </message>
    <message>
        <source>Next doubtful box</source>
        <translation>下一个可疑框</translation>
    </message>
    <message>
        <source>Previous doubtful box</source>
        <translation>上一个可疑框</translation>
    </message>
    <message>
        <source>Merge with another track</source>
        <translation>与另一目标合并</translation>
    </message>
    <message>
        <source>Split the track in this frame</source>
        <translation>在本帧拆分目标</translation>
    </message>
    <message>
        <source>Swap with another track from this frame on</source>
        <translation>从本帧起与另一目标互换</translation>
    </message>
    <message>
        <source>Number the tracks</source>
        <translation>为目标重新编号</translation>
    </message>
    <message>
        <source>Smooth the boxes between key frames</source>
        <translation>平滑关键帧之间的框</translation>
    </message>
    <message>
        <source>It stands: one box for all frames</source>
        <translation>静止：所有帧共用一个框</translation>
    </message>
    <message>
        <source>Set the headings right by the motion</source>
        <translation>按运动方向校正朝向</translation>
    </message>
</context>
<context>
    <name>BoxMarks</name>
    <message>
        <source>doubtful: the machine asks a person to look</source>
        <translation>可疑：程序请人查看</translation>
    </message>
</context>
<context>
    <name>CarryBar</name>
    <message>
        <source>Carried on to frame {0}, {1} boxes</source>
        <translation>已传播到第 {0} 帧，共 {1} 个框</translation>
    </message>
    <message>
        <source>Frame {0}: {1}.</source>
        <translation>第 {0} 帧：{1}。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>It is right</source>
        <translation>此框正确</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on back</source>
        <translation>继续传播到之前的帧</translation>
    </message>
    <message>
        <source>It is gone</source>
        <translation>目标已离开</translation>
    </message>
</context>
<context>
    <name>CarryingMany</name>
    <message>
        <source>Carry tracks on</source>
        <translation>传播多个目标</translation>
    </message>
    <message>
        <source>{0} boxes of {1} tracks carried on</source>
        <translation>已传播 {1} 个目标的 {0} 个框</translation>
    </message>
    <message>
        <source>{0} tracks wait for an answer at a doubtful box</source>
        <translation>{0} 个目标停在可疑框处，等待确认</translation>
    </message>
    <message>
        <source>; {0} tracks stopped at a doubtful box</source>
        <translation>；{0} 个目标停在可疑框处</translation>
    </message>
    <message>
        <source>There is no frame to carry the boxes on to</source>
        <translation>没有可传播到的帧</translation>
    </message>
</context>
<context>
    <name>Doubts</name>
    <message>
        <source>There is no other doubtful box</source>
        <translation>没有其他可疑框</translation>
    </message>
    <message>
        <source>Accept the boxes of a track</source>
        <translation>确认目标的框</translation>
    </message>
    <message>
        <source>Accept the boxes of {0} tracks</source>
        <translation>确认 {0} 个目标的框</translation>
    </message>
    <message>
        <source>{0} boxes accepted</source>
        <translation>已确认 {0} 个框</translation>
    </message>
    <message>
        <source>{0} boxes accepted; {1} are doubtful and stay so</source>
        <translation>已确认 {0} 个框；{1} 个框仍为可疑</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>the machine asks a person to look at the box: {0}</source>
        <translation>程序请人查看此框：{0}</translation>
    </message>
    <message>
        <source>few points</source>
        <translation>点太少</translation>
    </message>
    <message>
        <source>occluded</source>
        <translation>被遮挡</translation>
    </message>
    <message>
        <source>poor fit</source>
        <translation>不吻合</translation>
    </message>
    <message>
        <source>ambiguous</source>
        <translation>有歧义</translation>
    </message>
    <message>
        <source>jump</source>
        <translation>突变</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>跟丢</translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message>
        <source>Merge two tracks</source>
        <translation>合并两个目标</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Track {0} takes all boxes of</source>
        <translation>目标 {0} 接收此目标的所有框：</translation>
    </message>
    <message>
        <source>Where both have a box, keep</source>
        <translation>两者都有框的帧保留</translation>
    </message>
    <message>
        <source>the key frame; of two, that of track {0}</source>
        <translation>关键帧；都是或都不是时保留目标 {0} 的框</translation>
    </message>
    <message>
        <source>that of track {0}</source>
        <translation>目标 {0} 的框</translation>
    </message>
    <message>
        <source>{0} of track {1}, {2} of track {3}</source>
        <translation>目标 {1}：{0} 个，目标 {3}：{2} 个</translation>
    </message>
    <message>
        <source>There is no other track</source>
        <translation>没有其他目标</translation>
    </message>
    <message>
        <source>Track {0} gets {1} boxes; track {2} goes.</source>
        <translation>目标 {0} 增加 {1} 个框；目标 {2} 将消失。</translation>
    </message>
    <message>
        <source>Frames: {0}.</source>
        <translation>帧：{0}。</translation>
    </message>
    <message>
        <source>Frames in which both have a box: {0} ({1})</source>
        <translation>{0} 帧中两者都有框：{1}。</translation>
    </message>
    <message>
        <source>In no frame do both have a box.</source>
        <translation>没有两者都有框的帧。</translation>
    </message>
    <message>
        <source>All of it will be a {0}, not a {1}.</source>
        <translation>合并后类别为 {0}，不是 {1}。</translation>
    </message>
    <message>
        <source>The boxes get the one size of track {0}.</source>
        <translation>这些框采用目标 {0} 的统一尺寸。</translation>
    </message>
</context>
<context>
    <name>NumberDialog</name>
    <message>
        <source>Number the tracks</source>
        <translation>为目标编号</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Only the {0} tracks that are chosen</source>
        <translation>仅限选中的 {0} 个目标</translation>
    </message>
    <message>
        <source>First number</source>
        <translation>起始编号</translation>
    </message>
    <message>
        <source>{0} of {1} tracks get another name.</source>
        <translation>{1} 个目标中有 {0} 个改名。</translation>
    </message>
</context>
<context>
    <name>Propagating</name>
    <message>
        <source>The track has no box to start from here</source>
        <translation>该目标在此处没有可作起点的框</translation>
    </message>
    <message>
        <source>There is no frame to carry the box on to</source>
        <translation>没有可传播到的帧</translation>
    </message>
    <message>
        <source>Carry a track on</source>
        <translation>传播目标</translation>
    </message>
    <message>
        <source>Accept a box</source>
        <translation>确认框</translation>
    </message>
    <message>
        <source>{0} boxes carried on</source>
        <translation>已传播 {0} 个框</translation>
    </message>
    <message>
        <source>Frame {0}</source>
        <translation>第 {0} 帧</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>few points</source>
        <translation>点太少</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>被遮挡</translation>
    </message>
    <message>
        <source>poor fit</source>
        <translation>不吻合</translation>
    </message>
    <message>
        <source>ambiguous</source>
        <translation>有歧义</translation>
    </message>
    <message>
        <source>jump</source>
        <translation>突变</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>跟丢</translation>
    </message>
    <message>
        <source>too few points lie on the object; its motion alone places the box</source>
        <translation>目标上的点太少，框仅按运动推算</translation>
    </message>
    <message>
        <source>something hides the object; its motion alone places the box</source>
        <translation>目标被遮挡，框仅按运动推算</translation>
    </message>
    <message>
        <source>the points do not fit the shape that was seen so far</source>
        <translation>点云与此前看到的形状不符</translation>
    </message>
    <message>
        <source>another object explains the 2D label about as well</source>
        <translation>另一目标同样符合该二维标注</translation>
    </message>
    <message>
        <source>the points would have the object jump or turn as it cannot</source>
        <translation>按点云推算，目标的移动或转向不合理</translation>
    </message>
    <message>
        <source>the object was not seen for a while</source>
        <translation>已有一段时间看不到目标</translation>
    </message>
</context>
<context>
    <name>SplitDialog</name>
    <message>
        <source>Split a track</source>
        <translation>拆分目标</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>The second part begins in frame</source>
        <translation>后一段起始帧</translation>
    </message>
    <message>
        <source>and is called</source>
        <translation>后一段名称</translation>
    </message>
    <message>
        <source>Track {0} has boxes on one side of frame {1} alone.</source>
        <translation>目标 {0} 的框都在第 {1} 帧的同一侧。</translation>
    </message>
    <message>
        <source>Frames {0} to {1} stay track {2}: {3} boxes.</source>
        <translation>第 {0} 至 {1} 帧仍为目标 {2}：{3} 个框。</translation>
    </message>
    <message>
        <source>Frames {0} to {1} become track {2}: {3} boxes.</source>
        <translation>第 {0} 至 {1} 帧变为目标 {2}：{3} 个框。</translation>
    </message>
</context>
<context>
    <name>Steadying</name>
    <message>
        <source>Smooth a track</source>
        <translation>平滑目标</translation>
    </message>
    <message>
        <source>There is nothing between key frames to be smoothed</source>
        <translation>关键帧之间没有可平滑的框</translation>
    </message>
    <message>
        <source>{0} boxes smoothed</source>
        <translation>已平滑 {0} 个框</translation>
    </message>
    <message>
        <source>The drive has no poses, so nothing is known to stand</source>
        <translation>该数据没有位姿，无法判断目标是否静止</translation>
    </message>
    <message>
        <source>One box for all frames</source>
        <translation>所有帧共用一个框</translation>
    </message>
    <message>
        <source>One box in {0} frames, {1} to {2}</source>
        <translation>{0} 帧共用一个框，第 {1} 至 {2} 帧</translation>
    </message>
    <message>
        <source>Set the headings of a track</source>
        <translation>校正目标朝向</translation>
    </message>
    <message>
        <source>Every box heads the right way</source>
        <translation>所有框朝向正确</translation>
    </message>
    <message>
        <source>{0} boxes turned round</source>
        <translation>已翻转 {0} 个框的朝向</translation>
    </message>
</context>
<context>
    <name>Surgery</name>
    <message>
        <source> · frames {0} to {1}</source>
        <translation> · 第 {0} 至 {1} 帧</translation>
    </message>
    <message>
        <source>Merge two tracks</source>
        <translation>合并两个目标</translation>
    </message>
    <message>
        <source>Two tracks are one now</source>
        <translation>两个目标已合并</translation>
    </message>
    <message>
        <source>Split a track</source>
        <translation>拆分目标</translation>
    </message>
    <message>
        <source>From frame {0} on it is track {1}</source>
        <translation>从第 {0} 帧起为目标 {1}</translation>
    </message>
    <message>
        <source>Swap two tracks</source>
        <translation>互换两个目标</translation>
    </message>
    <message>
        <source>The two tracks are exchanged from frame {0} on</source>
        <translation>两个目标从第 {0} 帧起已互换</translation>
    </message>
    <message>
        <source>Number the tracks</source>
        <translation>为目标编号</translation>
    </message>
    <message>
        <source>{0} tracks have another name now</source>
        <translation>{0} 个目标已改名</translation>
    </message>
</context>
<context>
    <name>SurgeryDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SwapDialog</name>
    <message>
        <source>Swap two tracks from a frame on</source>
        <translation>从某帧起互换两个目标</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>互换</translation>
    </message>
    <message>
        <source>Track {0} is exchanged with</source>
        <translation>目标 {0} 与此目标互换：</translation>
    </message>
    <message>
        <source>from frame</source>
        <translation>起始帧</translation>
    </message>
    <message>
        <source>There is no other track</source>
        <translation>没有其他目标</translation>
    </message>
    <message>
        <source>From frame {0} on, the {1} boxes of track {2} are those of track {3}.</source>
        <translation>从第 {0} 帧起，目标 {2} 的 {1} 个框归目标 {3}。</translation>
    </message>
    <message>
        <source>One of the two would have no box left: merge them instead.</source>
        <translation>其中一个目标将没有框，请改用合并。</translation>
    </message>
</context>
<context>
    <name>TracksMenu</name>
    <message>
        <source>Merge...</source>
        <translation>合并…</translation>
    </message>
    <message>
        <source>Split...</source>
        <translation>拆分…</translation>
    </message>
    <message>
        <source>Swap...</source>
        <translation>互换…</translation>
    </message>
</context>
<context>
    <name>TracksModel</name>
    <message>
        <source>; {0} are doubtful</source>
        <translation>；{0} 个可疑</translation>
    </message>
</context>
</TS>
