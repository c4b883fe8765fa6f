<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open the drive as one cloud</source>
        <translation>将整段采集数据作为一个点云打开</translation>
    </message>
    <message>
        <source>Preferences...</source>
        <translation>首选项…</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>label this drive frame by frame</source>
        <translation>请逐帧标注该采集数据</translation>
    </message>
    <message>
        <source>open it as one cloud again</source>
        <translation>请重新将其作为一个点云打开</translation>
    </message>
    <message>
        <source>sweeps</source>
        <translation>读取各帧点云</translation>
    </message>
    <message>
        <source>the frames have no poses, so they cannot be put together</source>
        <translation>各帧没有位姿，无法合并</translation>
    </message>
    <message>
        <source>the tiles of the drive are gone</source>
        <translation>该采集数据的瓦片已不存在</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source> million points</source>
        <translation> 百万点</translation>
    </message>
    <message>
        <source> pixels</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>A cloud is big from</source>
        <translation>视为大点云的点数</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Empty the cache</source>
        <translation>清空缓存</translation>
    </message>
    <message>
        <source>Keep the tiles in</source>
        <translation>瓦片保存位置</translation>
    </message>
    <message>
        <source>Kept in</source>
        <translation>保存在</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Memory for frames read ahead</source>
        <translation>预读帧可用内存</translation>
    </message>
    <message>
        <source>Points and frames</source>
        <translation>点与帧</translation>
    </message>
    <message>
        <source>Points drawn by</source>
        <translation>点的绘制方式</translation>
    </message>
    <message>
        <source>Points of a big cloud drawn at most</source>
        <translation>大点云最多绘制的点数</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>Show the tour again</source>
        <translation>再次显示导览</translation>
    </message>
    <message>
        <source>Size of a point</source>
        <translation>点的大小</translation>
    </message>
    <message>
        <source>Smaller clouds are read whole. Holds for clouds that are opened from now on.</source>
        <translation>较小的点云会整体读入。对之后打开的点云生效。</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Space on the disk, at most</source>
        <translation>最多占用磁盘空间</translation>
    </message>
    <message>
        <source>The faster one, as measured</source>
        <translation>按测量结果选较快者</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Tiles of big clouds</source>
        <translation>大点云的瓦片</translation>
    </message>
    <message>
        <source>Tiles of {0} clouds removed. Tiles that are open or hold labels stay.</source>
        <translation>已删除 {0} 个点云的瓦片。已打开或含有标注的瓦片会保留。</translation>
    </message>
    <message>
        <source>VTK (graphics card)</source>
        <translation>VTK（显卡）</translation>
    </message>
    <message>
        <source>You and the window</source>
        <translation>用户与窗口</translation>
    </message>
    <message>
        <source>Your name, in the history</source>
        <translation>您的姓名（写入历史记录）</translation>
    </message>
    <message>
        <source>{0} GB in use</source>
        <translation>已使用 {0} GB</translation>
    </message>
</context>
<context>
    <name>WholeDrive</name>
    <message>
        <source>This drive has no poses, so its frames cannot be put together into one cloud.</source>
        <translation>该采集数据没有位姿，无法将各帧合并为一个点云。</translation>
    </message>
    <message>
        <source>This is one cloud already.</source>
        <translation>这已经是一个点云。</translation>
    </message>
    <message>
        <source>{0} frames as one cloud, with labels of its own; boxes of what stands still came along. File &gt; Recent leads back to the drive.</source>
        <translation>{0} 帧已合并为一个点云，并有自己的标注；静止目标的框已一并带入。通过“文件 &gt; 最近打开”可返回采集数据。</translation>
    </message>
</context>
</TS>
