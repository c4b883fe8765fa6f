<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Reviewing</name>
    <message>
        <source>to do</source>
        <translation>待办</translation>
    </message>
    <message>
        <source>labelled</source>
        <translation>已标注</translation>
    </message>
    <message>
        <source>checked</source>
        <translation>已检查</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已退回</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Track {0}: {1}</source>
        <translation>轨迹 {0}：{1}</translation>
    </message>
    <message>
        <source>Frame {0}: {1}</source>
        <translation>帧 {0}：{1}</translation>
    </message>
    <message>
        <source>Set a state of review</source>
        <translation>设置审核状态</translation>
    </message>
    <message>
        <source>Nobody else changed a box since your last word</source>
        <translation>自您上次审核后没有别人改过框</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>Changed by {0}; {1} boxes since your last word</source>
        <translation>由 {0} 修改；自您上次审核后共有 {1} 个框被改</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Track is labelled</source>
        <translation>轨迹已标注</translation>
    </message>
    <message>
        <source>Track is checked</source>
        <translation>轨迹已检查</translation>
    </message>
    <message>
        <source>Track is rejected</source>
        <translation>轨迹退回</translation>
    </message>
    <message>
        <source>Track is done</source>
        <translation>轨迹已完成</translation>
    </message>
    <message>
        <source>Frame is checked</source>
        <translation>帧已检查</translation>
    </message>
    <message>
        <source>Frame is rejected</source>
        <translation>帧退回</translation>
    </message>
    <message>
        <source>Frame is done</source>
        <translation>帧已完成</translation>
    </message>
    <message>
        <source>Next box that somebody else changed</source>
        <translation>下一个被别人改过的框</translation>
    </message>
</context>
</TS>
