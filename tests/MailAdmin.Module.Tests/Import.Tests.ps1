# Each of these needs a session of its own, so each starts a pwsh.
Describe 'Importing the module' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        function Invoke-Pwsh([string] $Script) {
            $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("`$ProgressPreference = 'SilentlyContinue'; `$ErrorActionPreference = 'Stop'; $Script"))
            (Invoke-ChildPwsh -EncodedCommand $encoded | Out-String).Trim()
        }
    }

    It 'exports the cmdlets of the manifest and nothing else' {
        $manifest = Import-PowerShellDataFile (Join-Path $env:MAILADMIN_MODULE 'MailAdmin.psd1')
        $exported = Invoke-Pwsh "(Import-Module '$env:MAILADMIN_MODULE' -PassThru).ExportedCommands.Keys -join ' '"
        ($exported -split ' ' | Sort-Object) | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'names cmdlets with approved verbs alone' {
        $manifest = Import-PowerShellDataFile (Join-Path $env:MAILADMIN_MODULE 'MailAdmin.psd1')
        $manifest.CmdletsToExport | Where-Object { $_.Split('-')[0] -notin (Get-Verb).Verb } | Should -BeNullOrEmpty
    }

    It 'loads neither MSAL nor the Graph SDK nor the library' {
        Invoke-Pwsh "Import-Module '$env:MAILADMIN_MODULE'; [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match '^Microsoft\.(Identity|Graph|Kiota)|^MailAdmin\.(Core|Tenant)`$'" | Should -BeNullOrEmpty
    }

    It 'loads MailKit and MimeKit at their first use, into a context of their own, and never what they do not need' {
        $out = Invoke-Pwsh @"
function Get-Loaded {
    [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -match '^(MailKit|MimeKit|BouncyCastle.*)`$' } |
        ForEach-Object { '{0}/{1}' -f [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name, `$_.GetName().Name } | Sort-Object
}
Import-Module '$env:MAILADMIN_MODULE'
'imported:' + ((Get-Loaded) -join ',')
`$null = Connect-MailAdmin -Sandbox
'connected:' + (((Get-Loaded) -match 'MailKit') -join ',')
`$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
`$app = New-MailAppRegistration -Name LogicalDOC -ApplicationPermission Exchange/IMAP.AccessAsApp
Set-MailSandbox -ImapAccess `$app.ClientId -Mailbox `$mailbox
`$null = `$app | Get-MailFolder -Mailbox `$mailbox -Protocol Imap
'used:' + ((Get-Loaded) -join ',')
"@
        ($out -split '\r?\n') | Should -Be @('imported:', 'connected:', 'used:MailAdmin/MailKit,MailAdmin/MimeKit')
    }

    It 'works in a session that has loaded another MSAL' {
        $out = Invoke-Pwsh @"
[void][Reflection.Assembly]::LoadFrom('$env:MAILADMIN_OTHER_MSAL')
Import-Module '$env:MAILADMIN_MODULE'
`$null = Connect-MailAdmin -Sandbox
`$null = New-MailAppRegistration -Name Invoices -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:`$false
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'Microsoft.Identity.Client' } |
    ForEach-Object { '{0}={1}' -f [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name, `$_.GetName().Version } | Sort-Object
"@
        ($out -split '\s+') | Should -Be @('Default=4.83.1.0', 'MailAdmin=4.92.0.0')
    }

    It 'can be imported again, and in a second runspace, without a second copy of its dependencies' {
        Invoke-Pwsh @"
Import-Module '$env:MAILADMIN_MODULE'
`$null = Connect-MailAdmin -Sandbox
Import-Module '$env:MAILADMIN_MODULE' -Force
`$null = 1..2 | ForEach-Object -Parallel { Import-Module '$env:MAILADMIN_MODULE'; Connect-MailAdmin -Sandbox }
@([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'MailAdmin.Core' }).Count
"@ | Should -Be '1'
    }

    It 'knows the charsets of mail in a process that reads IMAP first' {
        Invoke-Pwsh @"
Import-Module '$env:MAILADMIN_MODULE'
`$null = Connect-MailAdmin -Sandbox
`$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
`$app = New-MailAppRegistration -Name LogicalDOC -ApplicationPermission Exchange/IMAP.AccessAsApp
Set-MailSandbox -ImapAccess `$app.ClientId -Mailbox `$mailbox
`$name = 'attachment; filename*=koi8-r''''%F0%D2%C9%D7%C5%D4.pdf'
`$null = Add-MailSandboxMessage `$mailbox -Folder Russian -Content "From: a@x.example``r``nSubject: =?koi8-r?B?8NLJ18XU?=``r``nContent-Type: application/pdf``r``nContent-Disposition: `$name``r``n``r``nx"
`$message = `$app | Get-MailboxMessage Russian -Mailbox `$mailbox -Protocol Imap -Attachment
(`$message.Subject -ceq "``u{41f}``u{440}``u{438}``u{432}``u{435}``u{442}") -and (`$message.Attachment.Name -ceq "``u{41f}``u{440}``u{438}``u{432}``u{435}``u{442}.pdf")
"@ | Should -Be 'True'
    }
}
