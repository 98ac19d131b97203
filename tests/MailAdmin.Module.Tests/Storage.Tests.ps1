# Messages and memory in Azure Blob Storage: the packed module with Azurite, Microsoft's emulator (tests/npm).
$azurite = Join-Path $PSScriptRoot '../npm/node_modules/azurite/dist/src/blob/main.js'
$missing = (Get-Command node -ErrorAction Ignore) -and (Test-Path $azurite) ? $null : 'node, or azurite in tests/npm, is not installed.'

Describe 'Receiving to Azure Blob Storage' -Skip:($null -ne $missing) {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        Import-Module $env:MAILADMIN_MODULE
        $examples = Convert-Path (Join-Path $PSScriptRoot '../../examples')
        function Start-Azurite([string[]] $More) {
            $start = [Diagnostics.ProcessStartInfo]::new('node')
            (Convert-Path (Join-Path $PSScriptRoot '../npm/node_modules/azurite/dist/src/blob/main.js')), '--inMemoryPersistence', '--skipApiVersionCheck',
                '--disableTelemetry', '--blobHost', '127.0.0.1', '--blobPort', '0' | ForEach-Object { $start.ArgumentList.Add($_) }
            $More | Where-Object { $_ } | ForEach-Object { $start.ArgumentList.Add($_) }
            $start.RedirectStandardOutput = $true
            $start.WorkingDirectory = $TestDrive
            $started = [Diagnostics.Process]::Start($start)
            do { $line = $started.StandardOutput.ReadLine() } until ($line -match 'listens on (http\S+)' -or $null -eq $line)
            if ($null -eq $line) { throw 'Azurite did not start.' }
            $null = $started.StandardOutput.BaseStream.CopyToAsync([IO.Stream]::Null)
            $started
            "$($Matches[1])/devstoreaccount1"
        }

        $process, $account = Start-Azurite

        # A signature of the account that every emulator has: https://learn.microsoft.com/azure/storage/common/storage-use-azurite.
        function Get-Signed([string] $Path, [string] $Rights = 'rwdlac', [string] $More) {
            $key = [Convert]::FromBase64String('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==')
            $text = @('devstoreaccount1', $Rights, 'b', 'sco', '', '2099-01-01T00:00:00Z', '', 'https,http', '2021-12-02', '', '') -join "`n"
            $signature = [Convert]::ToBase64String([Security.Cryptography.HMACSHA256]::HashData($key, [Text.Encoding]::UTF8.GetBytes($text)))
            "$account/$Path`?$($More)sv=2021-12-02&ss=b&srt=sco&sp=$Rights&se=2099-01-01T00%3A00%3A00Z&spr=https,http&sig=$([uri]::EscapeDataString($signature))"
        }

        function Get-BlobName {
            $answer = (Invoke-WebRequest (Get-Signed $container -More 'restype=container&comp=list&')).RawContent
            [regex]::Matches($answer, '<Name>(.*?)</Name>').ForEach({ $_.Groups[1].Value })
        }
    }

    AfterAll {
        if ($process) { $process.Kill(); $process.WaitForExit() }
    }

    BeforeEach {
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin
        $mailbox = @((Get-MailAdminContext).Sandbox.Mailbox)
        $app = New-MailAppRegistration -Name 'Receiver' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $container = "c$([guid]::NewGuid().ToString('N'))"
        $null = Invoke-RestMethod (Get-Signed $container -More 'restype=container&') -Method Put
        $place = Get-Signed "$container/in"
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'keeps messages and memory there, and a run on another machine brings only what is new' {
        $received = @($app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -SaveAttachment)
        $received.Count | Should -BeGreaterThan 0
        $received.Path | Should -BeLike "$account/$container/in/*.eml"
        (Invoke-WebRequest (Get-Signed ($received[0].Path.Substring($account.Length + 1)))).RawContentLength | Should -Be $received[0].Size
        $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place | Should -BeNullOrEmpty
        $null = Add-MailSandboxMessage $mailbox[0] -Content "Subject: new`n`ntext"
        ($app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place).Subject | Should -Be new
        ($app | Get-MailFolder Inbox -Mailbox $mailbox[0] -StatePath "$account/$container/in/.mailadmin$($place.Substring($place.IndexOf('?')))").ReceivedCount |
            Should -Be ($received.Count + 1)
        (Get-BlobName) -match '\.eml$' | Should -HaveCount ($received.Count + 1)
    }

    It 'shows a signature in no stream' {
        $shown = & {
            $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -AfterProcessing Move -MoveTo Done -Verbose -Debug
            $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -WhatIf
            $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination (Get-Signed 'nosuchcontainer') -ErrorAction Continue
            $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination "https://example.com/c?sig=verysecret" -ErrorAction Continue
        } *>&1 | ForEach-Object { "$_"; $_ | Format-List -Force | Out-String; if ($_ -is [Management.Automation.ErrorRecord]) { "$($_.Exception)" } } | Out-String
        $shown | Should -Match $container
        $shown | Should -Not -Match 'sig='
        $shown | Should -Not -Match 'verysecret'
    }

    It 'says what is wrong with a destination, also with -WhatIf' -ForEach @(
        @{ Id = 'ContainerNotFound'; Bad = { Get-Signed 'nosuchcontainer/in' } }
        @{ Id = 'StorageAccessDenied'; Bad = { (Get-Signed "$container/in") -replace 'sig=.*', 'sig=bm8%3D' } }
        @{ Id = 'StorageAddressNotValid'; Bad = { 'https://contoso.example.com/c' } }
        @{ Id = 'StorageSignInRequired'; Bad = { "$account/$container" } }
    ) {
        { $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination (& $Bad) -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        { $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination (& $Bad) -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'leaves a mailbox that another run has to it, with -SkipInUse' {
        $null = $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -First 1 | ForEach-Object {
            $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -SkipInUse -ErrorVariable skipped | Should -BeNullOrEmpty
            $skipped | Should -BeNullOrEmpty
            { $app | Receive-MailboxMessage -Mailbox $mailbox[0] -Destination $place -ErrorAction Stop } |
                Should -Throw -ErrorId 'DestinationInUse,*' -ExpectedMessage "*process $PID*"
        }
    }

    It 'opens only mailboxes with news, when there are more than are open at a time' {
        $receive = @{ Mailbox = $mailbox; Destination = $place; ThrottleLimit = 2; Verbose = $true }
        $null = $app | Receive-MailboxMessage @receive 4>$null
        $null = Add-MailSandboxMessage $mailbox[0] -Content "Subject: new`n`ntext"
        $all = @($app | Receive-MailboxMessage @receive 4>&1)
        $all.Where({ $_ -isnot [Management.Automation.VerboseRecord] }).Subject | Should -Be new
        $all.Where({ "$_" -match "^1 of $($mailbox.Count) mailboxes may have news" }) | Should -HaveCount 1
    }

    It 'is what the examples do: <Script>' -ForEach @(
        @{ Script = 'azure-automation/Receive-SharedMailbox.ps1' }
        @{ Script = 'kubernetes/Receive.ps1' }
    ) {
        $list = Join-Path $TestDrive 'mailboxes.txt'
        Set-Content $list '# shared', $mailbox[0]
        $run = $Script -like 'azure*' ? @{ Mailbox = $mailbox[0] } : @{ ListPath = $list }
        $secret = $app | New-MailAppSecret
        $signIn = @{ TenantId = $app.TenantId; ClientId = $app.ClientId; ClientSecret = $secret.ClientSecret; InputObject = $sandbox }
        $out = & (Join-Path $examples $Script) @run -Destination $place -Connection $signIn | Out-String
        $out | Should -Match ([regex]::Escape($mailbox[0]))
        (Get-BlobName) -match '\.eml$' | Should -Not -BeNullOrEmpty
    }

    It 'signs in to storage with a token of the session, over a certificate that this computer trusts' -Skip:(-not $IsLinux) {
        # A certificate of its own, which a child process is told to trust as an administrator would (SSL_CERT_FILE of OpenSSL).
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=127.0.0.1', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddIpAddress([ipaddress]::Loopback)
        $request.CertificateExtensions.Add($names.Build())
        $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $certificate = $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1))
        Set-Content "$TestDrive/storage.pem" $certificate.ExportCertificatePem()
        Set-Content "$TestDrive/storage.key" $key.ExportPkcs8PrivateKeyPem()
        $secure, $address = Start-Azurite '--oauth', 'basic', '--cert', "$TestDrive/storage.pem", '--key', "$TestDrive/storage.key"
        try {
            $signed = (Get-Signed $container -More 'restype=container&').Replace($account, $address)
            $null = Invoke-RestMethod $signed -Method Put -SkipCertificateCheck
            $script = @"
Import-Module '$env:MAILADMIN_MODULE'
`$null = Connect-MailAdmin -Sandbox
`$mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
`$app = New-MailAppRegistration -Name R -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:`$false
try {
    `$all = @(`$app | Receive-MailboxMessage -Mailbox `$mailbox -Destination '$address/$container/in' -ErrorAction Stop)
    `$again = @(`$app | Receive-MailboxMessage -Mailbox `$mailbox -Destination '$address/$container/in' -ErrorAction Stop)
    "`$(`$all.Count -gt 0) `$(`$again.Count) `$(@(`$all.Path -like '$address/$container/in/*.eml').Count -eq `$all.Count)"
}
catch { `$_.FullyQualifiedErrorId; "`$_" }
"@
            $said = & { $env:SSL_CERT_FILE = "$TestDrive/storage.pem"; try { Invoke-ChildPwsh -NoProfile -Command $script } finally { $env:SSL_CERT_FILE = $null } }
            "$said".Trim() | Should -Be 'True 0 True'
            # TLS is validated: without that, nothing is sent.
            "$(Invoke-ChildPwsh -NoProfile -Command $script)" | Should -Match 'DestinationNotWritable|ConnectionLost'
        }
        finally {
            $secure.Kill()
            $secure.WaitForExit()
        }
    }

    It 'loads no assembly of Azure before a container is named' {
        $loaded = Invoke-ChildPwsh -NoProfile -Command @"
Import-Module '$env:MAILADMIN_MODULE'
`$null = Connect-MailAdmin -Sandbox
`$app = New-MailAppRegistration -Name R -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:`$false
`$null = `$app | Receive-MailboxMessage -Mailbox (Get-MailAdminContext).Sandbox.Mailbox[0] -Destination '$TestDrive/disk'
[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match '^Azure\.(Storage|Core)' -join ','
"@
        "$loaded".Trim() | Should -BeNullOrEmpty
    }
}
