Describe 'Set-MailSandbox -ImapAccess' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Exchange/IMAP.AccessAsApp -TenantWide -Confirm:$false
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'lets an app into mailboxes, again and again' {
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox
        { Set-MailSandbox -ImapAccess $app.ClientId -Mailbox $mailbox[0, 1] -ErrorAction Stop } | Should -Not -Throw
        { Set-MailSandbox -ImapAccess $app.ClientId -ErrorAction Stop } | Should -Not -Throw
    }

    It 'knows no other app' {
        { Set-MailSandbox -ImapAccess ([guid]::NewGuid()) -ErrorAction Stop } | Should -Throw -ErrorId 'AppNotFound*'
    }

    It 'knows no other mailbox' {
        { Set-MailSandbox -ImapAccess $app.ClientId -Mailbox nobody@example.com -ErrorAction Stop } | Should -Throw -ErrorId 'MailboxNotFound*'
    }

    It 'does nothing with -WhatIf' {
        { Set-MailSandbox -ImapAccess nobody -WhatIf -ErrorAction Stop } | Should -Not -Throw
    }
}
