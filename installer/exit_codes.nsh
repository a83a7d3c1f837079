; What the set-up program and the uninstaller answer. README's chapter "Installing" lists the same.
; 0 done, 1 cancelled, 2 the set-up program itself is damaged (all three are NSIS' own).
; SPDX-License-Identifier: MIT

!define EXIT_NEEDS_ADMINISTRATOR 10
!define EXIT_WRONG_WINDOWS 11   ; older than Windows 10 1809
!define EXIT_NEWER_INSTALLED 12 ; a downgrade is refused
!define EXIT_WRONG_PLACE 13     ; not below Program Files, or installed in another folder
!define EXIT_BUSY 14            ; another set-up or uninstaller is running
!define EXIT_DISK 15            ; no room, or a file could not be written; nothing was changed
!define EXIT_STOP_FAILED 16     ; the service does not stop; nothing was changed
!define EXIT_FILE_IN_USE 17     ; a program could not be replaced; what was there works again
!define EXIT_START_FAILED 18    ; the new service does not run; what was there works again
!define EXIT_ROLLBACK_FAILED 19 ; and what was there could not be put back, either: repair
!define EXIT_WITHDRAW_FAILED 20 ; uninstall: entries or rules could not be withdrawn; run it again
!define EXIT_DAMAGED 21         ; uninstall: the service program is missing; repair first
