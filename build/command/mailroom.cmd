@rem The `mailroom` command of the installed app: Node.js, which lies beside it, runs the bundle.
@"%~dp0..\node.exe" "%~dp0..\mailroom.mjs" %*
