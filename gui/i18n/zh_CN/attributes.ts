<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AttributeDeeds</name>
    <message>
        <source>Add an attribute</source>
        <translation>添加属性</translation>
    </message>
    <message>
        <source>Change an attribute's form</source>
        <translation>更改属性定义</translation>
    </message>
    <message>
        <source>Delete an attribute</source>
        <translation>删除属性</translation>
    </message>
    <message>
        <source>Move an attribute</source>
        <translation>移动属性</translation>
    </message>
</context>
<context>
    <name>AttributesPanel</name>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>There is an attribute {0} already</source>
        <translation>已有名为 {0} 的属性</translation>
    </message>
    <message>
        <source>new attribute</source>
        <translation>新属性</translation>
    </message>
    <message>
        <source>{0} is said of {1} boxes and {2} tracks of this project. Delete it with what was said?</source>
        <translation>本工程中有 {1} 个框、{2} 个目标填写了“{0}”。连同已填写的内容一起删除？</translation>
    </message>
    <message>
        <source>Delete an attribute</source>
        <translation>删除属性</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>yes or not</source>
        <translation>是/否</translation>
    </message>
    <message>
        <source>choice</source>
        <translation>单选</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>每帧</translation>
    </message>
    <message>
        <source>track</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Per</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>{0} categories</source>
        <translation>{0} 个类别</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Asked of</source>
        <translation>适用类别</translation>
    </message>
    <message>
        <source>left, right, ...</source>
        <translation>左, 右, …</translation>
    </message>
    <message>
        <source>The values to choose from, with commas between</source>
        <translation>可选的值，用逗号分隔</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add an attribute</source>
        <translation>添加属性</translation>
    </message>
    <message>
        <source>Move it up in the forms</source>
        <translation>在表单中上移</translation>
    </message>
    <message>
        <source>Move it down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Delete...</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Delete the attribute</source>
        <translation>删除该属性</translation>
    </message>
    <message>
        <source>for each frame</source>
        <translation>逐帧填写</translation>
    </message>
    <message>
        <source>for the whole track</source>
        <translation>整个目标共用</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>attribute {0} is said in {1} places that this would not fit</source>
        <translation>属性 {0} 已有 {1} 处填写的内容与此更改不符</translation>
    </message>
    <message>
        <source>make a new attribute, or take back what was said first</source>
        <translation>请新建一个属性，或先清除已填写的内容</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
</context>
</TS>
