Describe 'Names that others choose' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name Fetcher -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $folders = @($app | Get-MailFolder -Mailbox $invoices).Count
        $mail = @(Get-MailSandboxMessage).Count
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'are names and nothing else: <_>' -ForEach @(
        '..', '.', '../..', '%2e%2e', "' or 1 eq 1 or '", '{0}', '$(Get-Date)', '<script>alert(1)</script>', "a`r`nBcc: evil@example.com",
        "a`0b", "$([char]0x202e)exe.txt", "$([char]0xd800)", '?$filter=x', '*'
    ) {
        $name = $_
        $commands = @(
            { Get-MailAppRegistration -App $name }
            { $app | Get-MailFolder -Mailbox $name }
            { $app | Get-MailFolder -Mailbox $invoices -Folder $name }
            { $app | Get-MailboxMessage -Mailbox $invoices -Subject $name }
            { $app | Get-MailboxMessage -Mailbox $invoices -Folder $name }
            { Get-MailboxSetting -Mailbox $name }
            { Get-MailboxAccess -Mailbox $name }
            { New-MailboxConnection -TenantId $name -ClientId $app.ClientId -ClientSecret $app.ClientSecret -Mailbox $invoices | Get-MailFolder }
        )
        foreach ($command in $commands) {
            $ErrorActionPreference = 'Continue'
            try {
                $failures = @(& $command 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
            }
            catch {
                $failures = @($_)
            }

            foreach ($failure in $failures) {
                $failure.Exception.GetType().FullName | Should -Match '^(MailAdmin\.|System\.Management\.Automation\.Parameter)' -Because "$command said: $failure"
            }
        }

        @($app | Get-MailFolder -Mailbox $invoices).Count | Should -Be $folders
        @(Get-MailSandboxMessage).Count | Should -Be $mail
    }
}
