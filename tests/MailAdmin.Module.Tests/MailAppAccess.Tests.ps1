Describe 'Get-MailAppAccess' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $alice = 'alice@contoso.onmicrosoft.com'
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $null = New-MailAppRegistration -Name 'Archive' -ApplicationPermission Graph/Mail.Read -TenantWide
        $null = New-MailAppRegistration -Name 'Scanner' -ApplicationPermission Exchange/IMAP.AccessAsApp | Grant-MailboxAccess -Mailbox $invoices
        $null = New-MailAppRegistration -Name 'Directory' -ApplicationPermission Graph/User.Read.All
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'lists the apps that can reach mail, with how widely and by what' {
        $apps = Get-MailAppAccess
        $apps.App | Should -Be 'Archive', 'Scanner'
        $apps.Reach | Should -Be 'TenantWide', 'Mailboxes'
        $apps[1].Access[0].Mailbox | Should -Be $invoices
        $apps[0].Finding.Kind | Should -Contain 'TenantWide'
    }

    It 'finds the apps of one mailbox, and those of a name' {
        (Get-MailAppAccess -Mailbox $alice).App | Should -Be 'Archive'
        (Get-MailAppAccess Scan*).App | Should -Be 'Scanner'
        (Get-MailAppAccess -SkipMailboxRight Scanner -WarningAction SilentlyContinue).Reach | Should -Be 'Unknown'
    }

    It 'warns of what it may not read, and never says that it is nothing' {
        Set-MailSandbox -ExchangeRoleGroup @()
        $apps = Get-MailAppAccess -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -BeGreaterThan 2
        $apps.Reach | Should -Be 'Unknown', 'Unknown'
    }

    It 'shows a table without ids, and everything in a list' {
        $table = Get-MailAppAccess | Format-Table | Out-String -Width 200
        $table | Should -Match 'Archive\s+TenantWide\s+Graph/Mail.Read'
        $table | Should -Not -Match '[0-9a-f]{8}-[0-9a-f]{4}'
        $list = Get-MailAppAccess Scanner | Format-List | Out-String -Width 200
        $list | Should -Match "mailboxes with FullAccess for the app \($invoices\)"
    }
}
