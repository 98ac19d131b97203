# What depends on the system, its culture, and its policies. What only Windows has is run by the Windows job of the workflow.
Describe 'On every system' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        Import-Module $env:MAILADMIN_MODULE
        function Invoke-Pwsh([string] $Script) {
            $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("`$ProgressPreference = 'SilentlyContinue'; `$ErrorActionPreference = 'Stop'; Import-Module '$env:MAILADMIN_MODULE'; $Script"))
            (Invoke-ChildPwsh -EncodedCommand $encoded | Out-String).Trim()
        }
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Invoice reader' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
    }

    AfterAll {
        Disconnect-MailAdmin
    }

    It 'rejects a path that is not in the file system' {
        Push-Location Env:
        try {
            { Export-MailAdminReport -Path report.html -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotInFileSystem*'
            { $app | Receive-MailboxMessage -Mailbox $mailbox -Destination in -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotInFileSystem*'
        }
        finally {
            Pop-Location
        }
        Join-Path $PWD report.html | Should -Not -Exist
    }

    It 'shows dates alike in every culture: <_>' -ForEach 'th-TH', 'ar-SA', 'fi-FI', 'tr-TR', 'fa-IR' {
        $culture = [cultureinfo]::CurrentCulture
        $objects = @(
            $app
            $app | Get-MailAppCredential
            $app | Get-MailboxMessage -Mailbox $mailbox -First 1
            Get-MailAdminContext
            Get-MailAdminChange
            $app | Test-MailboxConnection -Mailbox $mailbox
        )
        $views = { foreach ($object in $objects) { $object | Format-Table | Out-String -Width 300; $object | Format-List | Out-String -Width 300 } }
        try {
            [cultureinfo]::CurrentCulture = 'en-US'
            $expected = & $views
            [cultureinfo]::CurrentCulture = $_
            $shown = & $views
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }
        $expected -join '' | Should -Match '20\d\d-\d\d-\d\d \d\d:\d\d'
        $shown | Should -Be $expected
    }

    It 'shows files and dates in constrained language mode' {
        Invoke-Pwsh @"
`$null = Connect-MailAdmin -Sandbox
`$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
`$app = New-MailAppRegistration -Name R -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:`$false
`$received = `$app | Receive-MailboxMessage -Mailbox `$mailbox -Destination '$TestDrive/clm' -First 1
`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
`$received | Format-Table | Out-String -Width 300
"@ | Should -Match '20\d\d-\d\d-\d\d \d\d:\d\d.*\.eml'
    }

    It 'keeps a new certificate in a store, and signs in with it by its thumbprint' {
        $out = Invoke-Pwsh @"
`$null = Connect-MailAdmin -Sandbox
`$sandbox = (Get-MailAdminContext).Sandbox
`$app = New-MailAppRegistration -Name R -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:`$false | New-MailAppCertificate -StoreLocation CurrentUser
`$thumbprint = `$app.CertificateThumbprint[-1]
(New-MailboxConnection -TenantId `$app.TenantId -ClientId `$app.ClientId -CertificateThumbprint (`$thumbprint -replace '..(?!`$)', '`$0:') -Mailbox `$sandbox.Mailbox[0] | Test-MailboxConnection).Verdict
(`$app | New-MailboxConnection -CertificateThumbprint `$thumbprint -Mailbox `$sandbox.Mailbox[0] | Test-MailboxConnection).Verdict
`$sandbox | Connect-MailAdmin -TenantId `$app.TenantId -ClientId `$app.ClientId -CertificateThumbprint `$thumbprint -Name second -Verbose 4>&1 | ForEach-Object { "`$_" -match 'Cert:/CurrentUser/My' } | Where-Object { `$_ } | Select-Object -First 1
`$store = [Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
`$store.Open('ReadWrite')
`$store.Certificates.Find('FindByThumbprint', `$thumbprint, `$false) | ForEach-Object { `$store.Remove(`$_) }
"@
        $out | Should -Match '^Passed\s+Passed\s+True$'
    }

    It 'takes one place for a new private key' {
        { $app | New-MailAppCertificate -StoreLocation CurrentUser -Path "$TestDrive/a.pfx" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateDestinationRequired*'
    }
}
