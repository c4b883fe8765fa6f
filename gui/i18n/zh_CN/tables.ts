<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FilterBar</name>
    <message>
        <source>All categories</source>
        <translation>所有类别</translation>
    </message>
    <message>
        <source>Filter by name or category</source>
        <translation>按名称或类别筛选</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>本帧</translation>
    </message>
    <message>
        <source>Only tracks with a box in this frame</source>
        <translation>只显示本帧中有框的目标</translation>
    </message>
    <message>
        <source>Unchecked</source>
        <translation>未检查</translation>
    </message>
    <message>
        <source>Only tracks of which no box was made or checked by a person</source>
        <translation>只显示没有任何框由人工标注或确认的目标</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Only tracks with boxes that a machine made</source>
        <translation>只显示含有机器生成的框的目标</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>批注</translation>
    </message>
    <message>
        <source>Only tracks with open comments</source>
        <translation>只显示有未解决批注的目标</translation>
    </message>
</context>
<context>
    <name>Multi</name>
    <message>
        <source>{0} boxes are selected</source>
        <translation>已选中 {0} 个框</translation>
    </message>
    <message>
        <source>Delete {0} boxes</source>
        <translation>删除 {0} 个框</translation>
    </message>
    <message>
        <source>Delete {0} tracks</source>
        <translation>删除 {0} 个目标</translation>
    </message>
    <message>
        <source>Change the category of {0} tracks</source>
        <translation>更改 {0} 个目标的类别</translation>
    </message>
    <message>
        <source>Change the visibility</source>
        <translation>更改可见度</translation>
    </message>
</context>
<context>
    <name>Saying</name>
    <message>
        <source>Change an attribute</source>
        <translation>更改属性</translation>
    </message>
</context>
<context>
    <name>TracksMenu</name>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>{0}, in this frame</source>
        <translation>{0}（本帧）</translation>
    </message>
    <message>
        <source>{0}, in every frame</source>
        <translation>{0}（所有帧）</translation>
    </message>
    <message>
        <source>Visibility in this frame</source>
        <translation>本帧中的可见度</translation>
    </message>
    <message>
        <source>Delete the track</source>
        <translation>删除目标</translation>
    </message>
    <message>
        <source>Delete {0} tracks</source>
        <translation>删除 {0} 个目标</translation>
    </message>
</context>
<context>
    <name>TracksModel</name>
    <message>
        <source>Made</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Open comments</source>
        <translation>未解决的批注</translation>
    </message>
    <message>
        <source>{0} open comments, {1} settled</source>
        <translation>{0} 条未解决的批注，{1} 条已解决</translation>
    </message>
    <message>
        <source>{0} key frames, {1} between them, {2} by the machine; {3} made or checked by a person</source>
        <translation>{0} 个关键帧，{1} 个位于关键帧之间，{2} 个由机器生成；{3} 个由人工标注或确认</translation>
    </message>
</context>
<context>
    <name>TracksPanel</name>
    <message>
        <source>No track is as the filter wishes.</source>
        <translation>没有符合筛选条件的目标。</translation>
    </message>
</context>
</TS>
