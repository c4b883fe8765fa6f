<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Draft tracks from the points...</source>
        <translation>由点云生成目标初稿…</translation>
    </message>
    <message>
        <source>Draft tracks with a model...</source>
        <translation>用模型生成目标初稿…</translation>
    </message>
    <message>
        <source>Draft tracks from detections...</source>
        <translation>由检测结果生成目标初稿…</translation>
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
<context>
    <name>DraftFound</name>
    <message>
        <source>Detections</source>
        <translation>检测结果</translation>
    </message>
    <message>
        <source>The boxes that a detector found</source>
        <translation>选择检测结果文件</translation>
    </message>
    <message>
        <source>None of the detections is likely enough to make a track</source>
        <translation>没有足够可信的检测结果可生成目标</translation>
    </message>
    <message>
        <source>{0} tracks with {1} boxes made of detections; one undo takes them back</source>
        <translation>已由检测结果生成 {0} 个目标、{1} 个框；撤销一次即可全部收回</translation>
    </message>
</context>
<context>
    <name>PointsDraftDialog</name>
    <message>
        <source>First draft</source>
        <translation>首轮初稿</translation>
    </message>
    <message>
        <source>No road users were found</source>
        <translation>没有找到任何交通参与者</translation>
    </message>
    <message>
        <source>{0} tracks with {1} boxes drafted; one undo takes them back</source>
        <translation>初稿已生成：{0} 个目标，{1} 个框；撤销一次即可全部收回</translation>
    </message>
    <message>
        <source>Cars, lorries, buses, people and riders are looked for in the points alone. What has no boxes yet becomes tracks made by machine, in one step of undo. Look through them: some will be wrong.</source>
        <translation>仅凭点云寻找轿车、卡车、公交车、行人和骑行者。尚无标注框的物体将成为机器生成的目标，可一次撤销。请逐一查看：其中会有错误。</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>All {0} frames of this drive</source>
        <translation>该数据的全部 {0} 帧</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>距离以内</translation>
    </message>
    <message>
        <source>Tracks as likely as</source>
        <translation>目标的最低可信度</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>生成初稿</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
</TS>
