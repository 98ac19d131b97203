Describe 'A read-only context' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $invoices = 'invoices@contoso.onmicrosoft.com'
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin -Name Writer
        $app = New-MailAppRegistration -Name Fetcher -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -TenantWide -Confirm:$false
        $secret = $app.ClientSecret
        $context = $sandbox | Connect-MailAdmin -Name Reader -ReadOnly
    }

    AfterAll {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'says so' {
        $context.IsReadOnly | Should -BeTrue
        (Get-MailAdminContext Writer).IsReadOnly | Should -BeFalse
    }

    It 'reads' {
        (Get-MailAppRegistration Fetcher).ClientId | Should -Be $app.ClientId
        (Get-MailAppAccess).Count | Should -BeGreaterThan 0
        $connection = Get-MailAppRegistration Fetcher | New-MailboxConnection -Mailbox $invoices -ClientSecret $secret
        ($connection | Test-MailboxConnection).Verdict | Should -Be Passed
        @($connection | Receive-MailboxMessage).Count | Should -BeGreaterThan 0
        Export-MailAdminReport -Path (Join-Path $TestDrive report.html) | Should -Not -BeNullOrEmpty
    }

    It 'refuses every cmdlet that changes something in the tenant, before any request' {
        $before = @(Get-MailAdminChange).Count
        $transcript = Join-Path $TestDrive "$(New-Guid).jsonl"
        $null = $sandbox | Connect-MailAdmin -Name Reader -ReadOnly -TranscriptPath $transcript
        $sent = @(Get-Content $transcript).Count
        $changes = @{
            'New-MailAppRegistration' = { New-MailAppRegistration -Name New -ErrorAction Stop }
            'New-MailAppSecret' = { New-MailAppSecret -App $app.ClientId -ErrorAction Stop }
            'New-MailAppCertificate' = { New-MailAppCertificate -App $app.ClientId -Path (Join-Path $TestDrive c.pfx) -ErrorAction Stop }
            'Remove-MailAppRegistration' = { Remove-MailAppRegistration -App $app.ClientId -Confirm:$false -ErrorAction Stop }
            'Grant-MailAppConsent' = { Grant-MailAppConsent -App $app.ClientId -ErrorAction Stop }
            'Revoke-MailAppConsent' = { Revoke-MailAppConsent -App $app.ClientId -ApplicationPermission Graph/Mail.Send -Confirm:$false -ErrorAction Stop }
            'Grant-MailboxAccess' = { Grant-MailboxAccess -App $app.ClientId -Mailbox $invoices -ErrorAction Stop }
            'Limit-MailApp' = { Limit-MailApp -App $app.ClientId -Mailbox $invoices -ErrorAction Stop }
            'Set-MailboxSetting' = { Set-MailboxSetting -Mailbox $invoices -ImapEnabled $true -ErrorAction Stop }
            'Install-MailApp' = { Install-MailApp LogicalDOC -Mailbox $invoices -ErrorAction Stop }
            'Send-MailboxMessage' = { Send-MailboxMessage -App $app.ClientId -Mailbox $invoices -ClientSecret $secret -To $invoices -Subject x -Body y -ErrorAction Stop }
            'New-MailFolder' = { New-MailFolder -App $app.ClientId -Mailbox $invoices -ClientSecret $secret -Path New -ErrorAction Stop }
        }
        foreach ($name in $changes.Keys) {
            $changes[$name] | Should -Throw -ErrorId 'ReadOnlyContext*' -Because $name
        }

        @(Get-Content $transcript).Count | Should -Be $sent
        @(Get-MailAdminChange).Count | Should -Be $before
    }

    It 'refuses to change messages over IMAP, too' {
        Set-MailSandbox -ImapAccess $app.ClientId -Sandbox $sandbox
        $connection = Get-MailAppRegistration Fetcher | New-MailboxConnection -Mailbox $invoices -ClientSecret $secret -Protocol Imap
        { $connection | Receive-MailboxMessage -AfterProcessing Delete -ErrorAction Stop } | Should -Throw -ErrorId 'ReadOnlyContext*'
        { $connection | New-MailFolder -Path New -ErrorAction Stop } | Should -Throw -ErrorId 'ReadOnlyContext*'
    }

    It 'shows with -WhatIf what would be done' {
        { New-MailAppRegistration -Name New -WhatIf -ErrorAction Stop } | Should -Not -Throw
    }

    It 'is left by another context' {
        (New-MailFolder -App $app -Mailbox $invoices -ClientSecret $secret -Path Other -ErrorAction SilentlyContinue) | Should -BeNullOrEmpty
        (Set-MailboxSetting -Mailbox $invoices -ImapEnabled $true -Context Writer).Change | Should -Not -BeNullOrEmpty
    }
}

Describe 'A non-interactive context' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    It 'opens no browser and shows no code' {
        $sandbox = New-MailSandbox
        { $sandbox | Connect-MailAdmin -DeviceCode -NonInteractive -ErrorAction Stop } | Should -Throw -ErrorId 'InteractionRequired*'
        ($sandbox | Connect-MailAdmin -NonInteractive).CredentialType | Should -Be ClientSecret
        Disconnect-MailAdmin
    }
}
