# Tenants as they come: what New-MailSandbox and Set-MailSandbox can be told, and what the cmdlets find there.
Describe 'A description of a tenant' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'can be kept in source control, as <Extension>' -TestCases @(
        @{ Extension = 'psd1'; Text = "@{ Domain = 'fabrikam.onmicrosoft.com'; Mailboxes = @(@{ Name = 'sales'; Type = 'Shared'; FullAccess = 'alice' }) }" }
        @{ Extension = 'json'; Text = '{ "domain": "fabrikam.onmicrosoft.com", /* one more */ "mailboxes": [{ "name": "sales", "type": "shared", "fullAccess": ["alice"] }] }' }
    ) {
        $file = Join-Path $TestDrive "tenant.$Extension"
        Set-Content $file $Text
        $sandbox = New-MailSandbox -Description $file
        $sandbox.Domain | Should -Be fabrikam.onmicrosoft.com
        $sandbox.Mailbox | Should -HaveCount 6
        $sandbox.Mailbox | Should -Contain sales@fabrikam.onmicrosoft.com
    }

    It 'names each wrong entry with its file, its place, and what is valid' {
        $file = Join-Path $TestDrive 'wrong.psd1'
        Set-Content $file "@{ Langauge = 'de-DE'; Mailboxes = @(@{ Name = 'a'; Type = 'Sahred' }) }"
        $problem = { New-MailSandbox -Description $file -ErrorAction Stop } | Should -Throw -ErrorId 'SandboxDescriptionInvalid*' -PassThru
        $problem.Exception.Message | Should -BeLike "The description 'wrong.psd1' has 2 wrong entries.*Mailboxes*0*.Type: 'Sahred' isn't valid. Valid values are: User, Shared,*Langauge: This key doesn't exist. Did you mean 'Language'?*"
        { New-MailSandbox -Description (Join-Path $TestDrive none.psd1) -ErrorAction Stop } | Should -Throw -ErrorId 'SandboxDescriptionNotFound*'
        Set-Content $file "@{ Domain = (Get-Date) }"
        { New-MailSandbox -Description $file -ErrorAction Stop } | Should -Throw -ErrorId 'SandboxDescriptionInvalid*'
    }

    It 'takes mailboxes as a number, a table, and objects' {
        (New-MailSandbox -Mailbox 500).Mailbox | Sort-Object -Unique | Should -HaveCount 500
        Set-Content (Join-Path $TestDrive people.csv) "UserPrincipalName;PrimarySmtpAddress;Aliases;Type`ne1@contoso.onmicrosoft.com;ed@contoso.onmicrosoft.com;eddy;User"
        (New-MailSandbox -Mailbox (Join-Path $TestDrive people.csv)).Mailbox | Should -Contain ed@contoso.onmicrosoft.com
        $rows = Import-Csv (Join-Path $TestDrive people.csv) -Delimiter ';'
        (New-MailSandbox -Mailbox $rows).Mailbox | Should -Contain ed@contoso.onmicrosoft.com
        (New-MailSandbox -Mailbox @{ Name = 'one' }).Mailbox | Should -Contain one@contoso.onmicrosoft.com
    }

    It 'makes apps of other owners that no install takes for its own' {
        New-MailSandbox -Description @{ Apps = @{ Name = 'LogicalDOC'; Owners = 'bob' }, @{ Name = 'LogicalDOC'; Owners = 'alice' } } | Connect-MailAdmin | Out-Null
        $steps = Install-MailApp LogicalDOC -Mailbox invoices@contoso.onmicrosoft.com -ErrorAction SilentlyContinue
        $steps[0].Status | Should -Be Failed
        $steps.Status | Select-Object -Skip 1 | Sort-Object -Unique | Should -Be Skipped
        Set-MailSandbox -Description @{ Apps = @{ Name = 'Third'; Secrets = 2; Permissions = 'Graph/Mail.Read' } }
        (Get-MailAppCredential -App Third) | Should -HaveCount 2
    }

    It 'blocks secrets, and caps them' {
        New-MailSandbox -BlockSecrets | Connect-MailAdmin | Out-Null
        { New-MailAppRegistration Product -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw '*a policy of the tenant blocks client secrets*'
    }

    It 'blocks the device code flow at once' {
        $sandbox = New-MailSandbox -BlockDeviceCode
        $watch = [Diagnostics.Stopwatch]::StartNew()
        { $sandbox | Connect-MailAdmin -DeviceCode -ErrorAction Stop } | Should -Throw '*AADSTS53003*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
    }

    It 'refuses an account that nobody can sign in with at once: <Name>' -TestCases @{ Name = 'invoices'; Code = 50057 }, @{ Name = 'nobody'; Code = 50034 } {
        $sandbox = New-MailSandbox
        $watch = [Diagnostics.Stopwatch]::StartNew()
        { $sandbox | Connect-MailAdmin -DeviceCode -UserPrincipalName "$Name@contoso.onmicrosoft.com" -ErrorAction Stop } | Should -Throw "*AADSTS$Code*"
        { $sandbox | Connect-MailAdmin -UserPrincipalName "$Name@contoso.onmicrosoft.com" -ErrorAction Stop } | Should -Throw "*AADSTS$Code*"
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'leaves mail permissions to admins, unless the tenant is told otherwise' {
        New-MailSandbox | Connect-MailAdmin -DeviceCode | Out-Null
        { New-MailboxConnection -Delegated -DeviceCode -UserPrincipalName alice@contoso.onmicrosoft.com -Mailbox alice@contoso.onmicrosoft.com -ErrorAction Stop } |
            Should -Throw '*AADSTS9009*'
    }

    It 'has mailboxes by filters that a scope knows' {
        New-MailSandbox -Description @{ Mailboxes = @{ Name = 'eu'; CustomAttribute1 = 'EU'; Department = 'Sales' } } | Connect-MailAdmin | Out-Null
        $app = New-MailAppRegistration Scoped -Mailbox bob@contoso.onmicrosoft.com -ApplicationPermission Graph/Mail.Read
        { $app | Limit-MailApp -RecipientFilter "CustomAttribute1 -eq 'EU' -and Department -eq 'Sales'" -Permission Graph/Mail.Read -Confirm:$false -ErrorAction Stop } | Should -Not -Throw
    }
}
