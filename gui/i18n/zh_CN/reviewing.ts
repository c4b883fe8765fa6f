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
        <translation>目标 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} tracks: {1}</source>
        <translation>{0} 个目标：{1}</translation>
    </message>
    <message>
        <source>Frame {0}: {1}</source>
        <translation>第 {0} 帧：{1}</translation>
    </message>
    <message>
        <source>Set a state of review</source>
        <translation>设置审核状态</translation>
    </message>
    <message>
        <source>Every frame has been looked at</source>
        <translation>所有帧都已看过</translation>
    </message>
    <message>
        <source>{0} frames are still to be looked at</source>
        <translation>还有 {0} 帧待看</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>某人</translation>
    </message>
</context>
<context>
    <name>ReviewItems</name>
    <message>
        <source>only here</source>
        <translation>仅此处有</translation>
    </message>
    <message>
        <source>only there</source>
        <translation>仅对方有</translation>
    </message>
    <message>
        <source>other track</source>
        <translation>目标不同</translation>
    </message>
    <message>
        <source>category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>turned round</source>
        <translation>朝向相反</translation>
    </message>
    <message>
        <source>heading</source>
        <translation>朝向</translation>
    </message>
    <message>
        <source>size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Track {0}: {1}</source>
        <translation>目标 {0}：{1}</translation>
    </message>
    <message>
        <source>frame {0}</source>
        <translation>第 {0} 帧</translation>
    </message>
    <message>
        <source>; risk {0}</source>
        <translation>；风险 {0}</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已修改</translation>
    </message>
    <message>
        <source>Track {0}, frame {1}: {2} by {3}</source>
        <translation>目标 {0}，第 {1} 帧：由 {3} {2}</translation>
    </message>
    <message>
        <source>before</source>
        <translation>修改前</translation>
    </message>
    <message>
        <source>there</source>
        <translation>对方</translation>
    </message>
    <message>
        <source>Only these labels have this box</source>
        <translation>只有这里的标注有这个框</translation>
    </message>
    <message>
        <source>Only the other labels have this box</source>
        <translation>只有对方的标注有这个框</translation>
    </message>
    <message>
        <source>The centres are {0} m apart</source>
        <translation>中心相距 {0} m</translation>
    </message>
    <message>
        <source>The headings are {0}° apart</source>
        <translation>朝向相差 {0}°</translation>
    </message>
    <message>
        <source>{0} m here, {1} m there</source>
        <translation>此处 {0} m，对方 {1} m</translation>
    </message>
    <message>
        <source>The other labels go on with another track here</source>
        <translation>对方的标注在这里换成了另一个目标</translation>
    </message>
    <message>
        <source>{0} here, {1} there</source>
        <translation>此处为 {0}，对方为 {1}</translation>
    </message>
</context>
<context>
    <name>ReviewList</name>
    <message>
        <source>{0} differences from {1}</source>
        <translation>与 {1} 有 {0} 处差异</translation>
    </message>
    <message>
        <source>{0} of {1}: {2}</source>
        <translation>第 {0} 项，共 {1} 项：{2}</translation>
    </message>
    <message>
        <source>Nobody else changed a box since your last word</source>
        <translation>自您上次审核后没有别人改过框</translation>
    </message>
    <message>
        <source>The labels do not differ</source>
        <translation>标注没有差异</translation>
    </message>
    <message>
        <source>No track is rejected</source>
        <translation>没有被退回的目标</translation>
    </message>
    <message>
        <source>Every track has been looked at</source>
        <translation>所有目标都已看过</translation>
    </message>
</context>
<context>
    <name>ReviewPanel</name>
    <message>
        <source>Nobody else has changed a box since your last word.</source>
        <translation>自您上次审核后没有别人改过框。</translation>
    </message>
    <message>
        <source>No track is rejected.</source>
        <translation>没有被退回的目标。</translation>
    </message>
    <message>
        <source>Choose other labels of this drive to compare with.</source>
        <translation>请选择本次行驶的另一套标注来比较。</translation>
    </message>
    <message>
        <source>Every track has been looked at.</source>
        <translation>所有目标都已看过。</translation>
    </message>
    <message>
        <source>{next-review} leads through the list.</source>
        <translation>按 {next-review} 逐项查看列表。</translation>
    </message>
    <message>
        <source>Frame {0}</source>
        <translation>第 {0} 帧</translation>
    </message>
    <message>
        <source>No track is selected</source>
        <translation>未选中目标</translation>
    </message>
    <message>
        <source>{0} tracks</source>
        <translation>{0} 个目标</translation>
    </message>
    <message>
        <source>Track {0}</source>
        <translation>目标 {0}</translation>
    </message>
    <message>
        <source>To review, in order</source>
        <translation>待审核，按顺序</translation>
    </message>
    <message>
        <source>To review, riskiest first</source>
        <translation>待审核，风险高的在前</translation>
    </message>
    <message>
        <source>To review, a sample by risk</source>
        <translation>待审核，按风险抽样</translation>
    </message>
    <message>
        <source>Changed since my last word</source>
        <translation>自我上次审核后的修改</translation>
    </message>
    <message>
        <source>Rejected, to mend</source>
        <translation>被退回，待修改</translation>
    </message>
    <message>
        <source>Differences from other labels</source>
        <translation>与另一套标注的差异</translation>
    </message>
    <message>
        <source>Next ({next-review})</source>
        <translation>下一项 ({next-review})</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>A project file...</source>
        <translation>工程文件…</translation>
    </message>
    <message>
        <source>A folder...</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Track: {0}</source>
        <translation>目标：{0}</translation>
    </message>
    <message>
        <source>Frame: {0}</source>
        <translation>帧：{0}</translation>
    </message>
</context>
<context>
    <name>Comparing</name>
    <message>
        <source>Projects</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>Compare with a project file</source>
        <translation>与工程文件比较</translation>
    </message>
    <message>
        <source>Compare with the labels of a folder</source>
        <translation>与文件夹中的标注比较</translation>
    </message>
    <message>
        <source>That is the project that is open; choose another one</source>
        <translation>这就是已打开的工程，请选择另一个</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>All states</source>
        <translation>所有状态</translation>
    </message>
    <message>
        <source>Only tracks that have come so far in review</source>
        <translation>只显示审核到该状态的目标</translation>
    </message>
</context>
<context>
    <name>TracksModel</name>
    <message>
        <source>Review</source>
        <translation>审核</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Review</source>
        <translation>审核</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>reading the other labels</source>
        <translation>正在读取另一套标注</translation>
    </message>
    <message>
        <source>there is no scene {0} in it</source>
        <translation>其中没有场景 {0}</translation>
    </message>
    <message>
        <source>scenes that are there: {0}</source>
        <translation>其中有 {0}</translation>
    </message>
    <message>
        <source>no frame of one is at the time of a frame of the other</source>
        <translation>两者没有时间相同的帧</translation>
    </message>
    <message>
        <source>comparing labels</source>
        <translation>正在比较标注</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Review</source>
        <translation>审核</translation>
    </message>
    <message>
        <source>Layout: review</source>
        <translation>布局：审核</translation>
    </message>
    <message>
        <source>Next in the list of review</source>
        <translation>审核列表的下一项</translation>
    </message>
    <message>
        <source>Previous in the list of review</source>
        <translation>审核列表的上一项</translation>
    </message>
    <message>
        <source>Next box that somebody else changed</source>
        <translation>下一个被别人改过的框</translation>
    </message>
    <message>
        <source>Next frame to look at</source>
        <translation>下一个待看的帧</translation>
    </message>
    <message>
        <source>Track is checked</source>
        <translation>目标已检查</translation>
    </message>
    <message>
        <source>Track is rejected, and why</source>
        <translation>目标退回并写明原因</translation>
    </message>
    <message>
        <source>Track is labelled</source>
        <translation>目标已标注</translation>
    </message>
    <message>
        <source>Track is done</source>
        <translation>目标已完成</translation>
    </message>
    <message>
        <source>Track is to do</source>
        <translation>目标待办</translation>
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
        <source>Frame is labelled</source>
        <translation>帧已标注</translation>
    </message>
    <message>
        <source>Frame is done</source>
        <translation>帧已完成</translation>
    </message>
    <message>
        <source>Frame is to do</source>
        <translation>帧待办</translation>
    </message>
    <message>
        <source>Compare with a project file...</source>
        <translation>与工程文件比较…</translation>
    </message>
    <message>
        <source>Compare with the labels of a folder...</source>
        <translation>与文件夹中的标注比较…</translation>
    </message>
</context>
</TS>
