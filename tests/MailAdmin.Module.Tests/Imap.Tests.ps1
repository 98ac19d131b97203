Describe 'From registration to mail over IMAP' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $inbox = @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Inbox)
        $app = New-MailAppRegistration -Name 'LogicalDOC' -ApplicationPermission Exchange/IMAP.AccessAsApp
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'tests, lists, receives and moves once Exchange lets the app in' {
        Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox
        ($app | Test-MailboxConnection -Mailbox $mailbox -Protocol Imap).Verdict | Should -Be Passed
        $over = @{ Mailbox = $mailbox; Protocol = 'Imap' }
        @($app | Get-MailFolder @over).Path | Should -Contain 'Inbox'
        @($app | Get-MailboxMessage @over).Subject | Should -Be @($inbox | Sort-Object ReceivedAt -Descending).Subject

        $received = @($app | Receive-MailboxMessage @over -Destination $TestDrive/in -AfterProcessing Move -MoveTo 'Done & gone')

        $received | Should -HaveCount $inbox.Count
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Done & gone') | Should -HaveCount $inbox.Count
        $hashes = $received | ForEach-Object { [Convert]::ToHexString([IO.File]::ReadAllBytes($_.Path)) }
        $inbox | ForEach-Object { [Convert]::ToHexString($_.GetContent()) } | Should -BeIn $hashes
    }

    It 'deletes to the Deleted Items folder of the mailbox''s language, or says what to do instead' {
        Get-MailAdminContext | Disconnect-MailAdmin
        $null = New-MailSandbox -Language de-DE | Connect-MailAdmin
        $app = New-MailAppRegistration -Name 'LogicalDOC' -ApplicationPermission Exchange/IMAP.AccessAsApp
        Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox
        $over = @{ Mailbox = $mailbox; Protocol = 'Imap' }
        Set-MailSandbox -Fault ImapNoSpecialUse
        { $app | Receive-MailboxMessage @over -Destination $TestDrive/none -AfterProcessing Delete -ErrorAction Stop } |
            Should -Throw -ErrorId 'DeletedItemsNotFound*'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match '-AfterProcessing Move.*-MoveTo.*Purge'
        Get-ChildItem $TestDrive/none -Filter *.eml | Should -BeNullOrEmpty
        Set-MailSandbox -ClearFault

        $received = @($app | Receive-MailboxMessage @over -Destination $TestDrive/deleted -AfterProcessing Delete)

        $received | Should -HaveCount $inbox.Count
        $received[0].DeletedTo | Should -Be 'Gelöschte Elemente'
        ($app | Get-MailFolder @over | Where-Object WellKnownName -EQ deleteditems).TotalItemCount | Should -Be $inbox.Count
        @($app | Get-MailboxMessage DeletedItems @over) | Should -HaveCount $inbox.Count
    }

    It 'reports a message that Exchange can''t convert, and leaves it' {
        Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox -Fault ImapNotConverted
        'plain', 'calendar' | ForEach-Object {
            $null = Add-MailSandboxMessage $mailbox -Folder Mixed -Content "From: a@x.example`r`nSubject: $_`r`nContent-Type: text/$_`r`n`r`ntext"
        }
        $over = @{ Mailbox = $mailbox; Protocol = 'Imap'; Destination = "$TestDrive/mixed"; AfterProcessing = 'Move'; MoveTo = 'Done' }

        $received = @($app | Receive-MailboxMessage Mixed @over -ErrorVariable failed -ErrorAction SilentlyContinue)

        $received.Subject | Should -Be plain
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'MessageUnreadable*'
        $failed[0].CategoryInfo.Category | Should -Be ReadError
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Mixed).Subject | Should -Be calendar
        Get-ChildItem $TestDrive/mixed -Filter *.eml | Should -HaveCount 1

        $null = $app | Receive-MailboxMessage Mixed @over -MoveFailedTo Unreadable -ErrorAction SilentlyContinue
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder Unreadable).Subject | Should -Be calendar
    }

    It 'reads single messages whole: bodies, attachments and header fields' {
        Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox
        $null = Add-MailSandboxMessage $mailbox -Folder Reports -Content (@(
            'From: "M, J" <j@x.example>', 'Subject: Bericht', 'X-Reason: one', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=m', '',
            '--m', 'Content-Type: text/html; charset=utf-8', '', '<p>Gr&uuml;&szlig;e</p>',
            '--m', 'Content-Type: application/pdf', "Content-Disposition: attachment; filename*=utf-8''M%C3%A4rz.pdf", 'Content-Transfer-Encoding: base64', '', 'JVBERi0xLjQK',
            '--m--', '') -join "`r`n")
        $over = @{ Mailbox = $mailbox; Protocol = 'Imap' }
        $listed = $app | Get-MailboxMessage Reports @over
        $listed.TextBody, $listed.Attachment, $listed.InternetHeader | Should -Be $null, $null, $null

        $read = $listed | Get-MailboxMessage -Body -Attachment -InternetHeader

        $read.Id | Should -BeExactly $listed.Id
        $read.TextBody.Trim() | Should -BeExactly 'Grüße'
        $read.HtmlBody | Should -BeLike '*Gr&uuml;&szlig;e*'
        $read.Attachment.Name | Should -BeExactly 'März.pdf'
        $read.Attachment.Size | Should -Be 9
        ($read.InternetHeader | Where-Object Name -eq X-Reason).Value | Should -Be one
        ($app | Get-MailboxMessage Reports @over -Body).TextBody.Trim() | Should -BeExactly 'Grüße'
        ($app | Get-MailboxMessage Reports @over -Id $listed.Id -Attachment).Attachment | Should -HaveCount 1
        { $app | Get-MailboxMessage @over -Id $listed.Id -ErrorAction Stop } | Should -Throw -ErrorId 'MessageNotFound*'
        $app | Get-MailboxMessage Reports @over | ForEach-Object IsRead | Should -BeFalse
    }

    It 'says what Exchange lacks when it keeps the app out' {
        $test = $app | Test-MailboxConnection -Mailbox $mailbox -Protocol Imap
        $test.Verdict | Should -Be Failed
        $test.Cause | Should -Match 'service principal'
        $test.Advice | Should -Not -BeNullOrEmpty
    }
}
