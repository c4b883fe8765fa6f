<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Select all boxes of the frame</source>
        <translation>选中本帧所有框</translation>
    </message>
    <message>
        <source>Copy the boxes</source>
        <translation>复制所选框</translation>
    </message>
    <message>
        <source>Paste boxes</source>
        <translation>粘贴框</translation>
    </message>
    <message>
        <source>Place what is pasted</source>
        <translation>放置粘贴的框</translation>
    </message>
    <message>
        <source>Write a comment</source>
        <translation>写批注</translation>
    </message>
    <message>
        <source>Next open comment</source>
        <translation>下一条未解决的批注</translation>
    </message>
</context>
<context>
    <name>AttributesForm</name>
    <message>
        <source>{0} tracks are selected; what is said here is said of all</source>
        <translation>已选中 {0} 个目标，此处的更改对全部生效</translation>
    </message>
    <message>
        <source>{0} is a number</source>
        <translation>{0} 应为数字</translation>
    </message>
    <message>
        <source>In this frame</source>
        <translation>本帧</translation>
    </message>
    <message>
        <source>in every frame</source>
        <translation>应用到所有帧</translation>
    </message>
    <message>
        <source>What is said here is said in all frames of the track</source>
        <translation>此处的更改应用到目标的所有帧</translation>
    </message>
    <message>
        <source>Of the whole track</source>
        <translation>整个目标</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>Add a category</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Rename a category</source>
        <translation>重命名类别</translation>
    </message>
    <message>
        <source>Change a category's colour</source>
        <translation>更改类别颜色</translation>
    </message>
    <message>
        <source>Change a usual size</source>
        <translation>更改常用尺寸</translation>
    </message>
    <message>
        <source>Move a category</source>
        <translation>移动类别</translation>
    </message>
    <message>
        <source>Delete a category</source>
        <translation>删除类别</translation>
    </message>
</context>
<context>
    <name>CategoriesPanel</name>
    <message>
        <source>A usual size is length × width × height in metres, such as 4.5 1.9 1.6</source>
        <translation>常用尺寸为长 × 宽 × 高（米），例如 4.5 1.9 1.6</translation>
    </message>
    <message>
        <source>new category</source>
        <translation>新类别</translation>
    </message>
    <message>
        <source>Colour of {0}</source>
        <translation>{0} 的颜色</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Usual size, m</source>
        <translation>常用尺寸（米）</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>目标数</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a category</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Colour...</source>
        <translation>颜色…</translation>
    </message>
    <message>
        <source>Change the colour of the category</source>
        <translation>更改类别的颜色</translation>
    </message>
    <message>
        <source>Move it up; the first nine have the keys 1 to 9</source>
        <translation>上移；前九个类别对应按键 1 到 9</translation>
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
        <source>Delete the category</source>
        <translation>删除类别</translation>
    </message>
</context>
<context>
    <name>CommentsPanel</name>
    <message>
        <source>{0} open, {1} settled</source>
        <translation>{0} 条未解决，{1} 条已解决</translation>
    </message>
    <message>
        <source>About: {0}</source>
        <translation>关于：{0}</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已解决</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>No comment is open</source>
        <translation>没有未解决的批注</translation>
    </message>
    <message>
        <source>Answer to: {0}</source>
        <translation>回复：{0}</translation>
    </message>
    <message>
        <source>Write a comment. Return stores it, Shift+Return begins a new line.</source>
        <translation>写批注。按回车保存，按 Shift+回车换行。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未解决</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Next ({next-comment})</source>
        <translation>下一条 ({next-comment})</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>不回复</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>批注</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>By</source>
        <translation>作者</translation>
    </message>
</context>
<context>
    <name>DeleteDialog</name>
    <message>
        <source>Delete a category</source>
        <translation>删除类别</translation>
    </message>
    <message>
        <source>{0} has {1} tracks in this project. What becomes of them?</source>
        <translation>本工程中类别“{0}”有 {1} 个目标。如何处理它们？</translation>
    </message>
    <message>
        <source>They become</source>
        <translation>改为</translation>
    </message>
    <message>
        <source>They are deleted with all their boxes</source>
        <translation>连同所有框一起删除</translation>
    </message>
</context>
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
        <translation>未确认</translation>
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
    <name>Messages</name>
    <message>
        <source>the clipboard holds no boxes</source>
        <translation>剪贴板中没有框</translation>
    </message>
    <message>
        <source>select boxes and copy them first</source>
        <translation>请先选中并复制框</translation>
    </message>
    <message>
        <source>the clipboard holds too much to be boxes that were copied here</source>
        <translation>剪贴板内容过多，不是从这里复制的框</translation>
    </message>
    <message>
        <source>the boxes in the clipboard cannot be used: {0}</source>
        <translation>剪贴板中的框无法使用：{0}</translation>
    </message>
    <message>
        <source>the clipboard holds no boxes that were copied here</source>
        <translation>剪贴板中没有从这里复制的框</translation>
    </message>
    <message>
        <source>copy them again</source>
        <translation>请重新复制</translation>
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
    <name>Panels</name>
    <message>
        <source>Comments</source>
        <translation>批注</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>类别</translation>
    </message>
</context>
<context>
    <name>Placing</name>
    <message>
        <source>{0} boxes copied</source>
        <translation>已复制 {0} 个框</translation>
    </message>
    <message>
        <source>Paste {0} boxes</source>
        <translation>粘贴 {0} 个框</translation>
    </message>
    <message>
        <source>Paste a box</source>
        <translation>粘贴框</translation>
    </message>
    <message>
        <source>Return or a click places it, the keys move it, Esc drops it</source>
        <translation>按回车或单击放置，用按键移动，按 Esc 放弃</translation>
    </message>
    <message>
        <source>{0} attributes that this project does not have are left out</source>
        <translation>已略去本工程没有的 {0} 个属性</translation>
    </message>
    <message>
        <source>What was to be pasted was dropped with the step to another frame</source>
        <translation>切换到其他帧，待粘贴的框已放弃</translation>
    </message>
</context>
<context>
    <name>Saying</name>
    <message>
        <source>Change an attribute</source>
        <translation>更改属性</translation>
    </message>
    <message>
        <source>{0} boxes changed</source>
        <translation>已更改 {0} 个框</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>whole drive</source>
        <translation>整段数据</translation>
    </message>
    <message>
        <source>frame {0}</source>
        <translation>第 {0} 帧</translation>
    </message>
    <message>
        <source>track {0}</source>
        <translation>目标 {0}</translation>
    </message>
    <message>
        <source>track {0}, frame {1}</source>
        <translation>目标 {0}，第 {1} 帧</translation>
    </message>
    <message>
        <source>Write a comment</source>
        <translation>写批注</translation>
    </message>
    <message>
        <source>Answer a comment</source>
        <translation>回复批注</translation>
    </message>
    <message>
        <source>Change a comment</source>
        <translation>修改批注</translation>
    </message>
    <message>
        <source>Settle a comment</source>
        <translation>解决批注</translation>
    </message>
    <message>
        <source>Open a comment again</source>
        <translation>重新打开批注</translation>
    </message>
    <message>
        <source>Delete a comment</source>
        <translation>删除批注</translation>
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
    <message>
        <source>Accept all boxes but the doubtful ones</source>
        <translation>确认除可疑框外的所有框</translation>
    </message>
</context>
<context>
    <name>TracksModel</name>
    <message>
        <source>Made</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>置信分数</translation>
    </message>
    <message>
        <source>How likely the machine takes its boxes to be right</source>
        <translation>机器认为其框正确的可能性</translation>
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
