Describe 'Connect-MailAdmin to a sandbox that another process serves' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
        $program = Get-ChildItem (Join-Path $PSScriptRoot '../../src/MailAdmin.Sandbox/bin') -Recurse -Filter MailAdmin.Sandbox.dll |
            Sort-Object LastWriteTime | Select-Object -Last 1
        $start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]]@($program.FullName, 'serve'))
        $start.RedirectStandardOutput = $true
        $serve = [Diagnostics.Process]::Start($start)
        $printed = do { ($line = $serve.StandardOutput.ReadLine()) } until ($null -eq $line -or $line -match 'Ctrl\+C')
        $pasted = @($printed -match '^  Connect-MailAdmin ')[0].Trim()
        $facts = @{}
        $printed -match '^\w+  ' | ForEach-Object { $name, $value = $_ -split ' +', 2; $facts[$name] = $value }
        $mailbox = ($facts.mailboxes -split ', ')[0]
    }

    AfterAll {
        $serve.Kill()
        $serve.WaitForExit()
        Remove-Item $facts.certificate
    }

    BeforeEach {
        $context = Invoke-Expression $pasted
        $destination = Join-Path $TestDrive ([guid]::NewGuid())
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'signs in by the line that serve prints' {
        $context.TenantId | Should -Be $facts.tenantId
        $context.Sandbox.Mailbox | Should -Contain $mailbox
        $context.Sandbox.Now | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddMinutes(-5))
    }

    It 'leads the road over <_>' -ForEach 'Graph', 'Imap' {
        $null = Add-MailSandboxMessage $mailbox -Content "Subject: Over $_`n`nHello`n"
        $permission = $_ -eq 'Imap' ? 'Exchange/IMAP.AccessAsApp' : 'Graph/Mail.ReadWrite'
        $app = New-MailAppRegistration -Name "Road over $_" -ApplicationPermission $permission -TenantWide -Confirm:$false
        Set-MailSandbox -ImapAccess $app.ClientId
        $expected = @(Get-MailSandboxMessage $mailbox Inbox).ForEach({ [Convert]::ToHexString($_.GetContent()) })

        ($app | Test-MailboxConnection -Mailbox $mailbox -Protocol $_).Verdict | Should -Be Passed
        $received = @($app | Receive-MailboxMessage -Mailbox $mailbox -Protocol $_ -Destination $destination -AfterProcessing Move -MoveTo "Done $_")

        $received.ForEach({ [Convert]::ToHexString([IO.File]::ReadAllBytes($_.Path)) }) | Sort-Object | Should -Be ($expected | Sort-Object)
        Get-MailSandboxMessage $mailbox Inbox | Should -BeNullOrEmpty
        Get-MailSandboxMessage $mailbox "Done $_" | Should -HaveCount $expected.Count
    }

    It 'keeps what one session has made for the next' {
        $null = New-MailAppRegistration -Name Lasting -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        Disconnect-MailAdmin
        $null = Invoke-Expression $pasted
        Get-MailAppRegistration Lasting | Should -HaveCount 1
    }

    It 'lets faults strike and time pass' {
        $app = New-MailAppRegistration -Name Faulty -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        # Older than any change needs to take effect: the failure is no matter of time.
        Set-MailSandbox -AdvanceTime 1.00:00:00
        (Set-MailSandbox -Fault MailboxInactive -PassThru).Fault | Should -Be MailboxInactive
        ($app | Test-MailboxConnection -Mailbox $mailbox).Verdict | Should -Be Failed
        Set-MailSandbox -ClearFault -AdvanceTime 1.00:00:00
        $context.Sandbox.Now | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddHours(23))
        ($app | Test-MailboxConnection -Mailbox $mailbox).Verdict | Should -Be Passed
    }

    It 'runs the example of its help' {
        $page = Get-Content (Join-Path $PSScriptRoot '../../docs/en-US/Connect-MailAdmin.md') -Raw
        $example = [regex]::Match($page, '(?s)\(served sandbox\).*?```powershell\n(.*?)```').Groups[1].Value
        $example | Should -Match 'https://127.0.0.1:8443'
        $example = $example.Replace('https://127.0.0.1:8443', $facts.sandboxUri).Replace('/tmp/mailadmin-sandbox-4711.pem', $facts.certificate)
        function Read-Host { ConvertTo-SecureString $facts.adminClientSecret -AsPlainText }
        $output = Invoke-Expression $example
        $output[0] | Should -BeOfType MailAdmin.MailAdminContext
        $output[-1] | Should -BeOfType MailAdmin.SandboxMessage
    }

    It 'refuses another certificate' {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=localhost', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $other = Join-Path $TestDrive 'other.pem'
        $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1)).ExportCertificatePem() | Set-Content $other
        $refused = { Invoke-Expression $pasted.Replace($facts.certificate, $other) } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'ConnectionNotTrusted*'
    }

    It 'refuses another secret, and does not show it' {
        $refused = { Invoke-Expression $pasted.Replace($facts.adminClientSecret, 'wrong-secret') } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'SignInRefused*'
        "$refused$($refused.Exception)" | Should -Not -Match 'wrong-secret'
    }

    It 'refuses an address that is none' {
        $refused = { Invoke-Expression $pasted.Replace('https:', 'http:') } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'SandboxUriInvalid*'
    }

    It 'does not take a served sandbox from the pipeline' {
        $refused = { $context.Sandbox | Connect-MailAdmin } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'SandboxIsServed*'
    }
}
