<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Draft tracks with a model...</source>
        <translation>用模型生成目标初稿...</translation>
    </message>
</context>
<context>
    <name>DraftDialog</name>
    <message>
        <source>Descriptions of models</source>
        <translation>模型描述文件</translation>
    </message>
    <message>
        <source>The description of a model</source>
        <translation>选择模型描述文件</translation>
    </message>
    <message>
        <source>The model found nothing</source>
        <translation>模型没有找到任何目标</translation>
    </message>
    <message>
        <source>{0} tracks with {1} boxes drafted; one undo takes them back</source>
        <translation>初稿已生成：{0} 个目标，{1} 个框；撤销一次即可全部收回</translation>
    </message>
    <message>
        <source>Draft with a model</source>
        <translation>用模型生成初稿</translation>
    </message>
    <message>
        <source>All {0} frames of this drive</source>
        <translation>该数据的全部 {0} 帧</translation>
    </message>
    <message>
        <source>Send the points and draft</source>
        <translation>发送点云并生成初稿</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>生成初稿</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Finds</source>
        <translation>可识别</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Tracks as likely as</source>
        <translation>目标的最低可信度</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不采用</translation>
    </message>
    <message>
        <source>What it finds and has no boxes yet becomes tracks made by machine, in one step of undo.</source>
        <translation>识别到且尚无标注框的物体将成为机器生成的目标，可一次撤销。</translation>
    </message>
    <message>
        <source>The points of every frame, their times and the poses are sent to {0}.</source>
        <translation>每一帧的点云、时间和位姿都会发送到 {0}。</translation>
    </message>
    <message>
        <source>The token in the environment variable {0} is sent along.</source>
        <translation>环境变量 {0} 中的令牌会一并发送。</translation>
    </message>
    <message>
        <source>Write the server's address, such as http://localhost:8000/detect.</source>
        <translation>请填写服务器地址，例如 http://localhost:8000/detect。</translation>
    </message>
</context>
</TS>
