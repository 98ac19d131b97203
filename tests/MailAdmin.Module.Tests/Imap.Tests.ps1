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

    It 'says what Exchange lacks when it keeps the app out' {
        $test = $app | Test-MailboxConnection -Mailbox $mailbox -Protocol Imap
        $test.Verdict | Should -Be Failed
        $test.Cause | Should -Match 'service principal'
        $test.Advice | Should -Not -BeNullOrEmpty
    }
}
