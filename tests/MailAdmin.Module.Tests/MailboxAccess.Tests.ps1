Describe 'Rights on mailboxes' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
        $bob = 'bob@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Exchange/IMAP.AccessAsApp
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'are granted to an app from the pipeline, and IMAP opens' {
        ($app | Test-MailboxConnection -Mailbox $invoices -Protocol Imap).Verdict | Should -Be 'Failed'
        $grant = $app | Grant-MailboxAccess -Mailbox $invoices
        $grant.Change | Should -Be 'Created'
        $grant.ServicePrincipalObjectId | Should -Be $app.ServicePrincipalObjectId
        ($app | Test-MailboxConnection -Mailbox $invoices -Protocol Imap).Verdict | Should -Be 'Passed'
        ($app | Grant-MailboxAccess -Mailbox $invoices).Change | Should -Be 'Unchanged'
    }

    It 'are granted on mailboxes from the pipeline' {
        $grants = $invoices, $alice | Grant-MailboxAccess -App $app -SendAs
        $grants.Mailbox | Should -Be $invoices, $alice
        $grants[1].AccessRight | Should -Be 'FullAccess', 'SendAs'
        ($app | Get-MailboxAccess).Mailbox | Should -Be $invoices, $alice
    }

    It 'take any of the three ids of an app, and never register a wrong one' {
        (Grant-MailboxAccess $invoices -Id $app.ApplicationObjectId).ServicePrincipalObjectId | Should -Be $app.ServicePrincipalObjectId
        (Grant-MailboxAccess $alice -ClientId $app.ClientId).Change | Should -Be 'Created'
        (Grant-MailboxAccess $alice -Id $app.ServicePrincipalObjectId).Change | Should -Be 'Unchanged'
        { Grant-MailboxAccess $alice -Id ([guid]::NewGuid()) -ErrorAction Stop } | Should -Throw -ErrorId 'AppNotFound*'
    }

    It 'are granted to a person' {
        $grant = Grant-MailboxAccess $invoices -User $alice
        $grant.Grantee | Should -Be $alice
        $grant.ClientId | Should -BeNullOrEmpty
        (Get-MailboxAccess $invoices).Grantee | Should -Be $alice
        (Revoke-MailboxAccess $invoices -User $alice -Confirm:$false).Change | Should -Be 'Removed'
        Get-MailboxAccess $invoices | Should -BeNullOrEmpty
    }

    It 'go on with the other mailboxes when one is none' {
        $grants = $app | Grant-MailboxAccess -Mailbox 'nobody@example.com', $bob -ErrorAction SilentlyContinue -ErrorVariable failure
        $grants.Mailbox | Should -Be $bob
        $failure.FullyQualifiedErrorId | Should -BeLike 'UnknownMailbox*'
    }

    It 'are not touched with -WhatIf' {
        $app | Grant-MailboxAccess -Mailbox $invoices -WhatIf
        $app | Get-MailboxAccess | Should -BeNullOrEmpty
        Get-MailAdminChange | Where-Object Action -eq 'Add-MailboxPermission' | Should -BeNullOrEmpty
    }

    It 'are taken away, and the journal tells it all' {
        $null = $app | Grant-MailboxAccess -Mailbox $invoices
        ($app | Revoke-MailboxAccess -Mailbox $invoices -Confirm:$false).AccessRight | Should -BeNullOrEmpty
        $changes = $app | Get-MailAdminChange -Target "$invoices"
        $changes.Action | Should -Be 'Add-MailboxPermission', 'Remove-MailboxPermission'
        Get-MailAdminChange -After (Get-Date).AddDays(1) | Should -BeNullOrEmpty
    }
}
