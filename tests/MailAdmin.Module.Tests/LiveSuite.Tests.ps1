# tests/MailAdmin.Live.Tests without a tenant: it goes its road in a sandbox that another process serves, and that is compared with one in
# the same process.
Describe 'The live check' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        $suite = Convert-Path (Join-Path $PSScriptRoot '../MailAdmin.Live.Tests')
        $folder = Join-Path $TestDrive 'live'
        $pester = Join-Path (Get-Module Pester).ModuleBase Pester.psd1

        $program = Get-ChildItem (Join-Path $PSScriptRoot '../../src/MailAdmin.Sandbox/bin') -Recurse -Filter MailAdmin.Sandbox.dll |
            Sort-Object LastWriteTime | Select-Object -Last 1
        $start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]]@($program.FullName, 'serve', '--json'))
        $start.RedirectStandardOutput = $true
        $serve = [Diagnostics.Process]::Start($start)
        $facts = $serve.StandardOutput.ReadLine() | ConvertFrom-Json
        $mailbox = @($facts.mailboxes)[0]

        # A pwsh of its own: the suite is a Pester run itself.
        function Invoke-Pwsh([string] $Script) {
            Invoke-ChildPwsh -OutputFormat Text -Command "Import-Module '$pester'; $Script; exit `$LASTEXITCODE" 2>&1 | Out-String
        }

        function Invoke-Compare([string] $First, [string] $Second) {
            & (Join-Path $suite Compare-Transcript.ps1) $First $Second
        }

        # Changes the lines of the served sandbox's transcript, and says what the comparison makes of it.
        function Compare-Changed([scriptblock] $Change) {
            $changed = Join-Path $TestDrive "$([guid]::NewGuid()).jsonl"
            Get-Content (Join-Path $folder 'live.jsonl') | ForEach-Object $Change | Set-Content $changed
            Invoke-Compare (Join-Path $folder 'sandbox.jsonl') $changed
        }

        $connection = "@{ SandboxUri = '$($facts.sandboxUri)'; TrustedCertificate = '$($facts.certificate)'; ClientSecret = (ConvertTo-SecureString '$($facts.adminClientSecret)' -AsPlainText) }"
        $said = Invoke-Pwsh "& '$suite/Invoke-LiveTests.ps1' -Connection $connection -Mailbox $mailbox -OutputPath '$folder' -ModulePath '$env:MAILADMIN_MODULE'"
        $exitCode = $LASTEXITCODE
        Import-Module $env:MAILADMIN_MODULE
        $signIn = Invoke-Expression $connection
    }

    AfterAll {
        $serve.Kill()
        $serve.WaitForExit()
        Remove-Item $facts.certificate
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'goes the road in a sandbox that is served, and finds it no different from one in the process' {
        $exitCode | Should -Be 0 -Because $said
        $said | Should -Not -Match '\[-\]|\[!\]'
        [regex]::Matches($said, '\[\+\]').Count | Should -Be 22
        $said | Should -Match 'Left in .*: the empty folder'
    }

    It 'leaves neither app nor message behind' {
        $null = Connect-MailAdmin @signIn
        Get-MailAppRegistration 'MailAdmin live test*' | Should -BeNullOrEmpty
        Get-MailSandboxMessage | Where-Object { $_.Subject -like 'MailAdmin live test*' -and $_.Folder -notlike '*Recoverable*' } | Should -BeNullOrEmpty
        @(Get-MailSandboxMessage $mailbox Inbox).Count | Should -BeGreaterThan 2
    }

    It 'cleans up after itself when it fails on the way' {
        # The message can't be sent, so none of the steps after it succeeds.
        $null = Connect-MailAdmin @signIn
        Set-MailSandbox -Fault SendAsDenied
        try {
            $output = Join-Path $TestDrive 'failing'
            $failing = Invoke-Pwsh "& '$suite/Invoke-LiveTests.ps1' -Connection $connection -Mailbox $mailbox -OutputPath '$output' -Timeout 00:00:01 -ModulePath '$env:MAILADMIN_MODULE'"
            $LASTEXITCODE | Should -Be 1
            $failing | Should -Match '\[-\]'
        }
        finally {
            Set-MailSandbox -ClearFault
        }
        Get-MailAppRegistration 'MailAdmin live test*' | Should -BeNullOrEmpty
        Get-MailSandboxMessage $mailbox | Where-Object { $_.Subject -like 'MailAdmin live test*' -and $_.Folder -notlike '*Recoverable*' } | Should -BeNullOrEmpty
    }

    It 'only reads with -ReadOnly, and says that nothing is left' {
        $null = Connect-MailAdmin @signIn
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -Mailbox $mailbox
        $before = @(Get-MailAdminChange).Count
        $output = Join-Path $TestDrive 'readonly'
        $said = Invoke-Pwsh "& '$suite/Invoke-LiveTests.ps1' -ReadOnly -Connection $connection -Mailbox $mailbox -OutputPath '$output' -ModulePath '$env:MAILADMIN_MODULE'"
        $LASTEXITCODE | Should -BeIn 0, 4 -Because $said
        $said | Should -Not -Match '\[-\]|\[!\]'
        $said | Should -Match 'Left in .*: nothing'
        Join-Path $output live-readonly.html | Should -Exist
        $lines = Get-Content (Join-Path $output live-readonly.jsonl) | ConvertFrom-Json
        $lines.Count | Should -BeGreaterThan 10
        $lines | Where-Object { $_.method -ne 'GET' -and $_.path -notlike '*/token' -and $_.path -notlike '*$batch' -and
            $_.requestBody.CmdletInput.CmdletName -notmatch '^(Get|Test)-' } | Should -BeNullOrEmpty
        $app | Remove-MailAppRegistration -Confirm:$false | Out-Null
    }

    It 'does nothing where no tenant is named' {
        $null = Invoke-Pwsh "`$env:MAILADMIN_LIVE_TENANT = ''; & '$suite/Invoke-LiveTests.ps1'"
        $LASTEXITCODE | Should -Be 2
    }

    It 'writes a transcript without secrets, ids and addresses' {
        $text = Get-Content (Join-Path $folder 'live.jsonl') -Raw
        $text | Should -Not -Match '[0-9a-f]{8}-[0-9a-f]{4}-|eyJ|onmicrosoft|MailAdmin live test'
        foreach ($secret in $facts.adminClientSecret, $facts.adminClientId, $facts.tenantId, $facts.domain, $mailbox) {
            $secret | Should -Not -BeNullOrEmpty
            $text.Contains($secret, 'OrdinalIgnoreCase') | Should -BeFalse
        }
        $lines = Get-Content (Join-Path $folder 'live.jsonl') | ConvertFrom-Json
        $lines.Count | Should -BeGreaterThan 40
        $lines.host | Sort-Object -Unique | Should -Be graph.microsoft.com, login.microsoftonline.com, outlook.office365.com
        $lines.requestBody.grant_type | Where-Object { $_ } | Sort-Object -Unique | Should -Be client_credentials
    }

    It 'finds a status, an error code, a property and a type that differ, each in a line' {
        Compare-Changed { $_ } | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
        $found = Compare-Changed {
            $_ -replace '("path":"/v1.0/applications","query":\[\].*"status":)201', '${1}200' `
                -replace '"code":"ErrorInvalidUser"', '"code":"ErrorNoSuchUser"' `
                -replace '"totalItemCount":(\d+)', '"totalItemCount":"$1"' `
                -replace '"unreadItemCount"', '"unreadCount"'
        }
        $LASTEXITCODE | Should -Be 1
        $found | Should -Contain 'POST graph.microsoft.com/v1.0/applications: only the first has 201'
        $found | Should -Contain 'POST graph.microsoft.com/v1.0/applications: only the second has 200'
        $found -like '*: 404: error code, only the first has ErrorInvalidUser' | Should -Not -BeNullOrEmpty
        $found -like '*: 404: error code, only the second has ErrorNoSuchUser' | Should -Not -BeNullOrEmpty
        $found -like '*totalItemCount is number in the first, string in the second' | Should -Not -BeNullOrEmpty
        $found -like '*only the second has *unreadCount' | Should -Not -BeNullOrEmpty
        $found -like '*only the first has *unreadItemCount' | Should -Not -BeNullOrEmpty
        $found | Where-Object { $_ -notmatch 'applications: |ErrorInvalidUser|ErrorNoSuchUser|totalItemCount|unread' } | Should -BeNullOrEmpty
    }

    It 'finds a request that only one of them made' {
        $found = Compare-Changed { if ($_ -notmatch 'sendMail') { $_ } }
        $found | Should -Match '^only the first has POST graph.microsoft.com/v1.0/users/\{\}/sendMail$'
    }
}
