const said = {
        "Authorize": "填写密钥", "Available authorizations": "填写密钥", "Close": "关闭", "Logout": "清除密钥", "Value:": "密钥：", "Authorized": "已填写",
        "Servers": "服务器", "Schemas": "数据结构", "Schema": "结构", "Example Value": "示例", "Parameters": "参数", "No parameters": "没有参数",
        "Name": "名称", "Description": "说明", "Request body": "请求体", "Responses": "响应", "Code": "状态码", "Links": "链接", "No links": "无链接",
        "Media type": "媒体类型", "Controls ": "决定", "Try it out": "试用", "Cancel": "取消", "Reset": "还原", "Execute": "发送", "Clear": "清除",
        "Curl": "curl 命令", "Request URL": "请求地址", "Server response": "服务器的响应", "Response body": "响应体", "Response headers": "响应头",
        "Details": "详情", "Download": "下载", "Undocumented": "未说明", "Loading...": "正在载入…", "Examples": "示例", "Default value": "默认值",
    };
    new MutationObserver(function () {
        const walker = document.createTreeWalker(document.getElementById("ui"), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const word = node.data.trim();
            const editor = node.parentElement && node.parentElement.closest("textarea, pre, code");
            if (!editor && Object.prototype.hasOwnProperty.call(said, word)) { node.data = said[word]; }
        }
    }).observe(document.getElementById("ui"), {childList: true, subtree: true});
    