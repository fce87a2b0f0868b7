; What Mailroom's installer and uninstaller do beyond electron-builder's own: they ask about the firewall, end a running
; server the clean way, and ask before mail is deleted. The macros' names are electron-builder's. Compiled twice: with
; BUILD_UNINSTALLER for the uninstaller, without for the installer. Warnings are errors there.

!include "LogicLib.nsh"
!include "nsDialogs.nsh"
; electron-builder declares these two itself only where customCheckAppRunning is not defined.
!include "getProcessInfo.nsh"
Var pid

!define FIREWALL_RULE "Mailroom"
; Seconds. The server gives itself 15 to end its sessions (electron/limits.ts); the rest is for a slow disk.
!define QUIT_WITHIN 25

; --- A running app -------------------------------------------------------------------------------------------------

; Asked to quit it says BYE to everybody and flushes its disk. What electron-builder does by itself, ending the process,
; comes after that, for an app that does not answer.
!macro customCheckAppRunning
  !insertmacro endServer
  !insertmacro IS_POWERSHELL_AVAILABLE
  !insertmacro FIND_PROCESS "${APP_EXECUTABLE_FILENAME}" $R0
  ${if} $R0 == 0
  ${andIf} ${FileExists} "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
    ; An update was asked for in the app; a silent installation cannot ask.
    ${ifNot} ${isUpdated}
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "Mailroom is running.$\r$\n$\r$\nClick OK to end it: mail programs are disconnected and connect again when Mailroom runs again. No mail is lost." /SD IDOK IDOK quitMailroom
      Quit
      quitMailroom:
    ${endIf}
    DetailPrint "Waiting for Mailroom to end its sessions"
    ExecWait '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" --quit'
    StrCpy $R1 0
    ${do}
      !insertmacro FIND_PROCESS "${APP_EXECUTABLE_FILENAME}" $R0
      ${if} $R0 != 0
      ${orIf} $R1 >= ${QUIT_WITHIN}
        ${break}
      ${endIf}
      Sleep 1000
      IntOp $R1 $R1 + 1
    ${loop}
  ${endIf}
  !insertmacro _CHECK_APP_RUNNING
!macroend

; --- The firewall --------------------------------------------------------------------------------------------------

; 0: there is a rule. Anybody may look.
!macro findFirewallRule RESULT
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall show rule name="${FIREWALL_RULE}"'
  Pop ${RESULT}
!macroend

; The server runs in the app, or in Node.js when the command or a service has started it.
!define SERVES_IN_APP "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
!define SERVES_IN_COMMAND "$INSTDIR\resources\command\node.exe"
!define DELETE_RULE 'advfirewall firewall delete rule name="${FIREWALL_RULE}" program='
; Not on public networks (cafés, hotels): a notebook with everybody's mail goes there too.
!define ADD_RULE 'advfirewall firewall add rule name="${FIREWALL_RULE}" dir=in action=allow protocol=TCP profile=private,domain description="Lets mail programs on other computers reach Mailroom" program='

; Changing rules is the administrator's. Installed for one user only, Windows asks for his consent, once.
!macro runNetsh ONE_OR_MORE
  ExecShellWait "runas" "$SYSDIR\cmd.exe" '/d /s /c "${ONE_OR_MORE}"' SW_HIDE
!macroend

!define DELETE_BOTH '"$SYSDIR\netsh.exe" ${DELETE_RULE}"${SERVES_IN_APP}" & "$SYSDIR\netsh.exe" ${DELETE_RULE}"${SERVES_IN_COMMAND}"'

!macro deleteRules
  nsExec::Exec '"$SYSDIR\netsh.exe" ${DELETE_RULE}"${SERVES_IN_APP}"'
  Pop $R0
  nsExec::Exec '"$SYSDIR\netsh.exe" ${DELETE_RULE}"${SERVES_IN_COMMAND}"'
  Pop $R0
!macroend

!macro addFirewallRule
  ${if} ${UAC_IsAdmin}
    ; Deleted first: a rule of an installation before must not stay beside it.
    !insertmacro deleteRules
    nsExec::Exec '"$SYSDIR\netsh.exe" ${ADD_RULE}"${SERVES_IN_APP}"'
    Pop $R0
    nsExec::Exec '"$SYSDIR\netsh.exe" ${ADD_RULE}"${SERVES_IN_COMMAND}"'
    Pop $R0
  ${else}
    !insertmacro runNetsh '${DELETE_BOTH} & "$SYSDIR\netsh.exe" ${ADD_RULE}"${SERVES_IN_APP}" & "$SYSDIR\netsh.exe" ${ADD_RULE}"${SERVES_IN_COMMAND}"'
  ${endIf}
  !insertmacro findFirewallRule $R0
  ${if} $R0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "The firewall rule was not added, so mail programs on other computers may not reach Mailroom.$\r$\n$\r$\nTo add it, run this installer again and give consent as an administrator, or allow Mailroom in Windows Security under $\"Allow an app through firewall$\"." /SD IDOK
  ${endIf}
!macroend

!macro removeFirewallRule
  !insertmacro findFirewallRule $R0
  ${if} $R0 == 0
    ${if} ${UAC_IsAdmin}
      !insertmacro deleteRules
    ${elseIfNot} ${Silent}
      ; Without consent the rules stay. They are for programs that are gone, and let nobody in.
      !insertmacro runNetsh '${DELETE_BOTH}'
    ${endIf}
  ${endIf}
!macroend

; A page of the installer, between the folder and the copying.
!macro customPageAfterChangeDir
  Var firewallBox
  ; Empty: not asked, as in a silent installation and in an update, which leaves the rule as it is.
  Var firewallAnswer

  Page custom firewallPage firewallPageLeave

  Function firewallPage
    ${if} ${isUpdated}
      Abort
    ${endIf}
    !insertmacro MUI_HEADER_TEXT "Windows Firewall" "May mail programs on other computers reach Mailroom?"
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 30u "Windows keeps other computers away from programs that listen on the network. Where mail is read on other computers too, Mailroom needs a rule in the firewall. It holds in private and company networks, not in public ones."
    Pop $0
    ${NSD_CreateCheckBox} 0 38u 100% 12u "&Allow mail programs on other computers to reach Mailroom"
    Pop $firewallBox
    ${if} $firewallAnswer != ${BST_UNCHECKED}
      ${NSD_Check} $firewallBox
    ${endIf}
    ${ifNot} ${UAC_IsAdmin}
      ${NSD_CreateLabel} 12u 54u -12u 20u "Mailroom is installed for you only, but the firewall is the whole computer's: Windows will ask for an administrator's consent."
      Pop $0
    ${endIf}
    ${NSD_CreateLabel} 0 84u 100% 20u "Without the rule Mailroom can be used from this computer. The rule is removed when Mailroom is uninstalled."
    Pop $0
    nsDialogs::Show
  FunctionEnd

  Function firewallPageLeave
    ${NSD_GetState} $firewallBox $firewallAnswer
  FunctionEnd

  Var bootBox
  ; Empty: not asked, as in a silent installation, in an update, and for one user only.
  Var bootAnswer

  Page custom bootPage bootPageLeave

  Function bootPage
    !insertmacro findServersData $R4
    ${if} ${isUpdated}
    ${orIf} $installMode != "all"
    ${orIf} $R4 != ""
      Abort
    ${endIf}
    !insertmacro MUI_HEADER_TEXT "Starting the Mail Server" "When does the mail server run?"
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateCheckBox} 0 0 100% 12u "&Start the mail server with the computer, before anybody logs on"
    Pop $bootBox
    ${if} $bootAnswer != ${BST_UNCHECKED}
      ${NSD_Check} $bootBox
    ${endIf}
    ${NSD_CreateLabel} 12u 16u -12u 40u "The mail comes in at night and after Windows has updated itself. It is kept in ProgramData, for administrators alone; mail that you have in your own folder is moved there."
    Pop $0
    ${NSD_CreateLabel} 0 64u 100% 30u "Otherwise it runs while you are logged on. It can be chosen later, too: $\"mailroom autostart$\"."
    Pop $0
    nsDialogs::Show
  FunctionEnd

  Function bootPageLeave
    ${NSD_GetState} $bootBox $bootAnswer
  FunctionEnd
!macroend

; --- The server that starts with the computer ----------------------------------------------------------------------

!define COMMAND '"$INSTDIR\resources\command\node.exe" "$INSTDIR\resources\command\mailroom.mjs"'

; Empty: no server starts with this computer. Written by `mailroom autostart set boot`, where administrators alone can.
!macro findServersData RESULT
  SetRegView 64
  ReadRegStr ${RESULT} HKLM "Software\Mailroom" "DataFolder"
!macroend

; Its files are replaced or removed, which Windows refuses while it runs. With a BYE to everybody; a failure means that none runs.
!macro endServer
  !insertmacro findServersData $R4
  ${if} $R4 != ""
  ${andIf} ${FileExists} "$INSTDIR\resources\command\mailroom.mjs"
    DetailPrint "Waiting for the mail server to end its sessions"
    nsExec::ExecToLog '${COMMAND} stop --data "$R4"'
    Pop $R0
  ${endIf}
!macroend

; After an update it runs again; a new installation for all users makes it when the page's box is checked.
!macro startServer
  !insertmacro findServersData $R4
  ${if} $R4 != ""
    nsExec::Exec '"$SYSDIR\schtasks.exe" /run /tn "\Mailroom\Server"'
    Pop $R0
  ${elseIf} $bootAnswer == ${BST_CHECKED}
    DetailPrint "Having the mail server start with the computer"
    nsExec::ExecToStack '${COMMAND} autostart set boot'
    Pop $R0
    Pop $R1
    ${if} $R0 != 0
      MessageBox MB_OK|MB_ICONEXCLAMATION "The mail server does not start with the computer yet:$\r$\n$\r$\n$R1$\r$\nWhen that is mended, run $\"mailroom autostart set boot$\" as an administrator." /SD IDOK
    ${endIf}
  ${endIf}
!macroend

; --- The command ---------------------------------------------------------------------------------------------------

; `mailroom` is found in every new window of cmd and PowerShell. By a program of ours, since variables of NSIS are too short
; for many a PATH. CHANGE: add or remove. Quietly: who needs the command finds in README where it lies.
!macro changePath CHANGE
  StrCpy $R1 "user"
  ${if} $installMode == "all"
    StrCpy $R1 "machine"
  ${endIf}
  nsExec::ExecToLog '"$INSTDIR\resources\command\node.exe" "$INSTDIR\resources\command\path.mjs" ${CHANGE} $R1 "$INSTDIR\resources\command\bin"'
  Pop $R0
  ; Explorer starts programs with the variables that it was told of last.
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
!macroend

!macro customInstall
  !insertmacro changePath add
  ${if} $firewallAnswer == ${BST_CHECKED}
    !insertmacro addFirewallRule
  ${endIf}
  !insertmacro startServer
!macroend

; --- Uninstalling --------------------------------------------------------------------------------------------------

; An update runs the uninstaller of the version before, with --updated: then nothing of this.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    !insertmacro removeFirewallRule
    !insertmacro changePath remove
    !insertmacro findServersData $R4
    ${if} $R4 != ""
      nsExec::ExecToLog '${COMMAND} autostart set off --leave-mail'
      Pop $R0
    ${endIf}
    ; "Start with the computer", as Electron writes it.
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${APP_ID}"
    !insertmacro askAboutMail
  ${endIf}
!macroend

; The data folder is core/cli/data-folder.ts's. With MAILROOM_DATA it is somewhere a person chose, with who knows what
; beside it: that is left to him. So is what other users of this computer have.
!macro askAboutMail
  SetShellVarContext current
  StrCpy $R2 "$LOCALAPPDATA\Mailroom"
  ${if} $R4 != "" ; where the server had it that started with the computer
    StrCpy $R2 $R4
  ${endIf}
  ; What updates were downloaded to.
  RMDir /r "$LOCALAPPDATA\${APP_PACKAGE_NAME}-updater"
  ${if} $installMode == "all"
    SetShellVarContext all
  ${endIf}
  ReadEnvStr $R3 MAILROOM_DATA
  ${if} $R3 == ""
  ${andIf} ${FileExists} "$R2\directory.json"
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON1 "Keep the mail, the users and the settings?$\r$\n$\r$\nThey are in $R2. Kept, they are there when Mailroom is installed again." /SD IDYES IDYES keepMail
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "All mail of all users in $R2 will be deleted. It cannot be brought back.$\r$\n$\r$\nDelete it?" /SD IDNO IDNO keepMail
    RMDir /r "$R2"
    keepMail:
  ${endIf}
!macroend
