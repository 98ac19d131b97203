# Shows before it counts that Provision.ps1 does what it is meant to. Needs MailAdmin and Pester 5; no tenant, no network.
Describe 'Provision.ps1' {
    BeforeAll {
        Import-Module MailAdmin
        $script = Join-Path $PSScriptRoot 'Provision.ps1'
    }

    BeforeEach {
        $sandbox = New-MailSandbox
        $secrets = Join-Path $TestDrive ([guid]::NewGuid())
        $provision = @{ Connection = @{ InputObject = $sandbox }; SecretPath = $secrets }
        $made = & $script @provision
    }

    It 'makes every app of the list' {
        $made.Name | Should -Be 'Ticketing', 'Invoice archive'
        $made.Change | Should -Be Created, Created
        $made.Access | Should -Be Passed, Passed
    }

    It 'lets an app into its own mailbox and into no other' {
        Get-MailAppRegistration Ticketing | Test-MailAppAccess -Mailbox support@contoso.onmicrosoft.com, alice@contoso.onmicrosoft.com |
            ForEach-Object Verdict | Should -Be Passed, Failed
    }

    It 'grants nothing for the whole tenant' {
        $made.ForEach({ (Get-MailAppRegistration $_.Name).GrantedPermission }) | Should -BeNullOrEmpty
    }

    It 'hands over secrets that work' {
        $secret = Import-Clixml (Join-Path $secrets "$($made[0].ClientId).xml")
        $app = Get-MailAppRegistration Ticketing
        ($app | Test-MailboxConnection -Mailbox support@contoso.onmicrosoft.com -ClientSecret $secret).Verdict | Should -Be Passed
    }

    It 'changes nothing when it is run again' {
        $again = & $script @provision
        $again.Change | Should -Be Unchanged, Unchanged
        $again.ClientId | Should -Be $made.ClientId
        Get-ChildItem $secrets | Should -HaveCount 2
    }
}
