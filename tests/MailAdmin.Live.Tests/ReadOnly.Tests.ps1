# What a tenant has, in a read-only context: no request changes anything.
param(
    [Parameter(Mandatory)] [hashtable] $Connection,
    [string] $Mailbox,
    [Parameter(Mandatory)] [string] $TranscriptPath,
    [timespan] $Timeout
)
Describe 'A tenant, read only' {
    BeforeAll {
        $name = 'MailAdmin live test, read only'
        $context = Connect-MailAdmin @Connection -Name $name -ReadOnly -TranscriptPath $TranscriptPath
        $report = [IO.Path]::ChangeExtension($TranscriptPath, 'html')
    }

    AfterAll {
        Disconnect-MailAdmin -Name $name
        Write-Host "Left in $($context.Tenant): nothing. The report $report has names of apps and mailboxes."
    }

    It 'signs in, read-only' {
        $context.IsReadOnly | Should -BeTrue
    }

    It 'refuses a change' {
        { New-MailAppRegistration $name -ApplicationPermission Graph/Mail.Read -ErrorAction Stop } | Should -Throw -ErrorId 'ReadOnlyContext*'
    }

    It 'takes the inventory' {
        $script:apps = @(Get-MailAppAccess -SkipMailboxRight -WarningAction Ignore)
        $apps | ForEach-Object { $_.ClientId | Should -Not -BeNullOrEmpty }
    }

    It 'reads the policies for consent and access' {
        (Get-MailAppConsentPolicy).Tenant | Should -Be $context.Tenant
        { Get-MailAppAccessPolicy -ErrorAction Stop } | Should -Not -Throw
    }

    It 'writes a report' {
        (Export-MailAdminReport $report -Force -WarningAction Ignore).AppCount | Should -Be $apps.Count
        $report | Should -Exist
    }

    It 'tests what the apps can do in a mailbox' {
        if (-not $Mailbox) { Set-ItResult -Skipped -Because 'no -Mailbox is specified' }
        (Get-MailboxSetting $Mailbox).Mailbox | Should -Not -BeNullOrEmpty
        $apps | Select-Object -First 3 | Test-MailAppAccess -Mailbox $Mailbox -WarningAction Ignore | ForEach-Object { $_.Access | Should -BeIn Granted, Denied, Unknown }
    }
}
