<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Limits</name>
    <message>
        <source>m/s</source>
        <translation>米/秒</translation>
    </message>
    <message>
        <source>m/s²</source>
        <translation>米/秒²</translation>
    </message>
    <message>
        <source>°</source>
        <translation>°</translation>
    </message>
    <message>
        <source>°/s</source>
        <translation>°/秒</translation>
    </message>
    <message>
        <source>m</source>
        <translation>米</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Fastest speed</source>
        <translation>最高速度</translation>
    </message>
    <message>
        <source>Greatest acceleration</source>
        <translation>最大加速度</translation>
    </message>
    <message>
        <source>Place off the boxes before and after</source>
        <translation>位置偏离前后框</translation>
    </message>
    <message>
        <source>Fastest turn</source>
        <translation>最快转向</translation>
    </message>
    <message>
        <source>Heading off the boxes before and after</source>
        <translation>朝向偏离前后框</translation>
    </message>
    <message>
        <source>Heading off the way it moves</source>
        <translation>朝向偏离运动方向</translation>
    </message>
    <message>
        <source>... from this speed on</source>
        <translation>……从此速度起</translation>
    </message>
    <message>
        <source>A side off the rest of the track</source>
        <translation>边长偏离同一目标的其他帧</translation>
    </message>
    <message>
        <source>Share that may lie in another box</source>
        <translation>可位于其他框内的比例</translation>
    </message>
    <message>
        <source>Over or under the ground</source>
        <translation>高于或低于地面</translation>
    </message>
    <message>
        <source>A side from its nearest point</source>
        <translation>侧面离最近点的距离</translation>
    </message>
    <message>
        <source>Points just outside, of those inside</source>
        <translation>框外紧邻的点与框内点之比</translation>
    </message>
</context>
<context>
    <name>LimitsDialog</name>
    <message>
        <source>Limits of {0}</source>
        <translation>{0} 的检查限值</translation>
    </message>
    <message>
        <source>The checks say what goes beyond these. A size has its bounds from the usual size.</source>
        <translation>超出这些限值时，检查会提示。尺寸的限值由常用尺寸得出。</translation>
    </message>
    <message>
        <source>All usual</source>
        <translation>全部恢复常用值</translation>
    </message>
    <message>
        <source>Asked by: {0}</source>
        <translation>相关规则：{0}</translation>
    </message>
    <message>
        <source>Usual: {0}</source>
        <translation>常用值：{0}</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>Change the limits of a category</source>
        <translation>更改类别的检查限值</translation>
    </message>
</context>
<context>
    <name>CategoriesPanel</name>
    <message>
        <source>Limits...</source>
        <translation>限值…</translation>
    </message>
    <message>
        <source>What the checks let pass in this category</source>
        <translation>检查对此类别的限值</translation>
    </message>
</context>
</TS>
