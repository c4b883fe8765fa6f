<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Begin the track in this frame</source>
        <translation>轨迹从当前帧开始</translation>
    </message>
    <message>
        <source>End the track in this frame</source>
        <translation>轨迹在当前帧结束</translation>
    </message>
    <message>
        <source>Next box that nobody has checked</source>
        <translation>下一个未检查的框</translation>
    </message>
    <message>
        <source>Previous box that nobody has checked</source>
        <translation>上一个未检查的框</translation>
    </message>
    <message>
        <source>Next finding of the checks</source>
        <translation>下一个检查问题</translation>
    </message>
</context>
<context>
    <name>Spans</name>
    <message>
        <source>The track would have no box left; Shift+Del deletes it whole.</source>
        <translation>轨迹将不再有任何框；按 Shift+Del 可删除整条轨迹。</translation>
    </message>
    <message>
        <source>Frames {0} to {1}: {2} boxes deleted, {3} carried on</source>
        <translation>第 {0} 至 {1} 帧：删除 {2} 个框，延续 {3} 个框</translation>
    </message>
    <message>
        <source>Change the life of a track</source>
        <translation>更改轨迹的起止</translation>
    </message>
    <message>
        <source>Every box from here on is made or checked by a person</source>
        <translation>从这里起，所有框都由人工创建或检查过</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>The labels keep every rule</source>
        <translation>标注符合所有规则</translation>
    </message>
    <message>
        <source>{0} of {1}, track {2}: {3}</source>
        <translation>第 {0} / {1} 条，轨迹 {2}：{3}</translation>
    </message>
</context>
<context>
    <name>BoxMarks</name>
    <message>
        <source>key frame, in the colour of who made it</source>
        <translation>关键帧，颜色表示来源</translation>
    </message>
    <message>
        <source>made or checked by a person</source>
        <translation>人工创建或检查</translation>
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
        <source>carried on by the machine</source>
        <translation>由机器延续</translation>
    </message>
    <message>
        <source>found by the machine</source>
        <translation>由机器检出</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>Frames {0} to {1}: {2} boxes go, {3} are carried on</source>
        <translation>第 {0} 至 {1} 帧：将删除 {2} 个框，延续 {3} 个框</translation>
    </message>
    <message>
        <source>Drag to change where the track begins or ends</source>
        <translation>拖动以更改轨迹的起点或终点</translation>
    </message>
    <message>
        <source>{0} tracks live in it (the strip at the foot)</source>
        <translation>其中有 {0} 条轨迹（底部的条带）</translation>
    </message>
</context>
</TS>
