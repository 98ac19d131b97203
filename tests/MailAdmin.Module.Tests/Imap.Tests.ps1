Describe 'The road over IMAP' {
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
