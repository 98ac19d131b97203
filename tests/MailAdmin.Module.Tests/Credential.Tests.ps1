BeforeAll {
    Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
    $bob = 'bob@contoso.onmicrosoft.com'

    function Read-Secret([securestring] $Secret) {
        ConvertFrom-SecureString $Secret -AsPlainText
    }

    # What a product does that was given the secret.
    function Test-Secret($App, [securestring] $Secret) {
        (New-MailboxConnection -TenantId $App.TenantId -ClientId $App.ClientId -ClientSecret $Secret -Mailbox $bob | Test-MailboxConnection).Verdict
    }
}

Describe 'Secrets' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Scanner -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
    }

    It 'are made beside those that are there, by object and by id' {
        $second = $app | New-MailAppSecret -DisplayName 'Room 12' -Lifetime 3
        $second.Change | Should -Be Created
        $third = New-MailAppSecret -Id $app.ClientId
        foreach ($secret in $app.ClientSecret, $second.ClientSecret, $third.ClientSecret) {
            Test-Secret $app $secret | Should -Be Passed
        }
        $listed = $app | Get-MailAppCredential
        $listed.Count | Should -Be 3
        ($listed | Where-Object DisplayName -eq 'Room 12').Hint | Should -Be (Read-Secret $second.ClientSecret).Substring(0, 3)
    }

    It 'are shown by no table, list, JSON or reminder' {
        $made = $app | New-MailAppSecret -Reminder $TestDrive
        $text = Read-Secret $made.ClientSecret
        $shown = ($made | Out-String) + ($made | Format-List * | Out-String) + ($made | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue) + (Get-MailAppCredential | Format-List * | Out-String)
        $shown | Should -Not -BeLike "*$text*"
        $entry = Get-Content -Raw (Get-ChildItem $TestDrive -Filter *.ics).FullName
        $entry | Should -BeLike '*BEGIN:VEVENT*Scanner*'
        $entry | Should -Not -BeLike "*$text*"
    }

    It 'are not made with -WhatIf, nor when the reminder could not be written' {
        $app | New-MailAppSecret -WhatIf
        { $app | New-MailAppSecret -Reminder (Join-Path $TestDrive none/at/all.ics) -ErrorAction Stop } | Should -Throw -ErrorId 'ReminderNotWritable*'
        @($app | Get-MailAppCredential).Count | Should -Be 1
    }

    It 'that end soon are found in the whole tenant' {
        $null = New-MailAppRegistration Soon -SecretLifetime 1
        (Get-MailAppCredential -ExpiringWithin 40).App | Should -Be Soon
        Set-MailSandbox -AdvanceTime 50.00:00:00
        (Get-MailAppCredential -ExpiringWithin 0).App | Should -Be Soon
        (Get-MailAppCredential -ExpiringWithin 0).DaysLeft | Should -BeLessThan 0
    }

    It 'are removed by id from the pipeline, and the last one not without -Force' {
        $second = $app | New-MailAppSecret
        $app | Get-MailAppCredential | Where-Object KeyId -eq $app.SecretId | Remove-MailAppCredential -Confirm:$false | ForEach-Object Change | Should -Be Removed
        Test-Secret $app $second.ClientSecret | Should -Be Passed
        Test-Secret $app $app.ClientSecret | Should -Be Failed
        { $app | Remove-MailAppCredential -KeyId $second.SecretId -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'LastCredential*'
        $app | Remove-MailAppCredential -KeyId $second.SecretId -WhatIf -Force
        ($app | Remove-MailAppCredential -KeyId $second.SecretId -Force -Confirm:$false).Change | Should -Be Removed
        $app | Get-MailAppCredential | Should -BeNullOrEmpty
    }

    It 'are not removed when nothing says which' {
        { $app | Remove-MailAppCredential -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'NoCredentialChosen*'
    }
}

Describe 'A rotation' {
    BeforeAll {
        # What a script block throws, PowerShell itself keeps; that is the block's own doing, and not what the search for secrets is after.
        function Hide-OwnLeak([string] $Secret) {
            $own = @($global:Error | Where-Object { "$($_.Exception.GetType()) $_".Contains($Secret) })
            $own.Count | Should -BeGreaterThan 0
            $own | ForEach-Object { $_.InvocationInfo.MyCommand | Should -BeNullOrEmpty; $global:Error.Remove($_) }
        }
    }

    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Scanner -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $handed = [Collections.Generic.List[object]]::new()
    }

    It 'hands the new secret over, keeps the old one, and is the same when it is run again' {
        $new = $app | Update-MailAppSecret -ScriptBlock { param($secret, $app) $handed.Add($secret); $handed.Add($app.Name) } -WarningVariable told -WarningAction SilentlyContinue
        $new.Change | Should -Be Updated
        $handed.Count | Should -Be 2
        $handed[1] | Should -Be Scanner
        "$told" | Should -BeLike '*Remove-MailAppCredential -Superseded*'
        # The sign-in that proved it is no use by the product.
        $app | Remove-MailAppCredential -Superseded -WhatIf -WarningVariable doubt -WarningAction SilentlyContinue
        "$doubt" | Should -BeLike "*might not be in use*"
        Set-MailSandbox -AdvanceTime '00:10:00'
        Test-Secret $app $handed[0] | Should -Be Passed
        Test-Secret $app $app.ClientSecret | Should -Be Passed
        ($app | Update-MailAppSecret -ScriptBlock { throw 'not again' } -WarningAction SilentlyContinue).Change | Should -Be Unchanged

        $app | Remove-MailAppCredential -Superseded -Confirm:$false -WarningVariable doubt | Out-Null
        $doubt | Should -BeNullOrEmpty
        Test-Secret $app $app.ClientSecret | Should -Be Failed
        Test-Secret $app $handed[0] | Should -Be Passed
        ($app | Update-MailAppSecret -ScriptBlock { param($secret) $handed.Add($secret) } -WarningAction SilentlyContinue).Change | Should -Be Updated
    }

    It 'whose script block fails is taken up again by the next run' {
        { $app | Update-MailAppSecret -ScriptBlock { Get-Item /no/such/place } -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotStored*'
        { $app | Remove-MailAppCredential -Superseded -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'RotationUnfinished*'
        ($app | Update-MailAppSecret -ScriptBlock { param($secret) $handed.Add($secret) } -WarningAction SilentlyContinue).Change | Should -Be Updated
        Test-Secret $app $handed[0] | Should -Be Passed
        @($app | Get-MailAppCredential).Count | Should -Be 2
    }

    It 'whose script block fails does not tell the secret, whatever the script block said' {
        $app | Update-MailAppSecret -ScriptBlock { param($secret) $handed.Add($secret); throw "can't write $(ConvertFrom-SecureString $secret -AsPlainText)" } -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[-1].Exception.ToString() | Should -Match "can't write \*\*\*"
        $failed[-1].Exception.ToString() | Should -Not -BeLike "*$([wildcardpattern]::Escape((Read-Secret $handed[0])))*"
        Hide-OwnLeak (Read-Secret $handed[0])
    }

    It 'needs one place for the new secret, and changes nothing with -WhatIf' {
        { $app | Update-MailAppSecret -ErrorAction Stop } | Should -Throw -ErrorId 'SecretDestinationRequired*'
        { $app | Update-MailAppSecret -ScriptBlock { } -Vault v -SecretName s -ErrorAction Stop } | Should -Throw -ErrorId 'SecretDestinationRequired*'
        $app | Update-MailAppSecret -ScriptBlock { throw 'never' } -WhatIf
        @($app | Get-MailAppCredential).Count | Should -Be 1
    }

    It 'says what is missing when there is no vault' {
        { $app | Update-MailAppSecret -Vault Production -SecretName Scanner -ErrorAction Stop } | Should -Throw -ErrorId 'VaultNotAvailable*'
        @($app | Get-MailAppCredential).Count | Should -Be 1
    }
}

Describe 'A rotation into a vault' {
    BeforeAll {
        # What SecretManagement's cmdlets do, on a table.
        $global:TestVault = @{}
        function global:Get-SecretInfo { [CmdletBinding()] param($Vault, $Name) if ($Vault -ne 'Production') { throw "Vault $Vault was not found." } $global:TestVault.Keys | Where-Object { $_ -like $Name } }
        function global:Get-Secret { [CmdletBinding()] param($Vault, $Name) $global:TestVault[$Name] }
        function global:Set-Secret { [CmdletBinding()] param($Vault, $Name, $Secret) $global:TestVault[$Name] = $Secret; if ($global:TestVaultDies) { throw 'The process dies.' } }
    }

    AfterAll {
        Remove-Item function:global:Get-SecretInfo, function:global:Get-Secret, function:global:Set-Secret
        Remove-Variable -Scope Global TestVault, TestVaultDies -ErrorAction Ignore
    }

    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Scanner -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $global:TestVault.Clear()
        $global:TestVaultDies = $false
    }

    It 'puts the new secret there' {
        $app | Update-MailAppSecret -Vault Production -SecretName Scanner -WarningAction SilentlyContinue | Out-Null
        Test-Secret $app $global:TestVault.Scanner | Should -Be Passed
        { $app | Update-MailAppSecret -Vault Nowhere -SecretName Scanner -ErrorAction Stop } | Should -Throw -ErrorId 'VaultNotAvailable*'
    }

    It 'that broke off after it was put there sees that, and keeps it' {
        $global:TestVaultDies = $true
        { $app | Update-MailAppSecret -Vault Production -SecretName Scanner -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotStored*'
        $held = $global:TestVault.Scanner
        $global:TestVaultDies = $false
        ($app | Update-MailAppSecret -Vault Production -SecretName Scanner -WarningAction SilentlyContinue).Change | Should -Be Unchanged
        [object]::ReferenceEquals($global:TestVault.Scanner, $held) | Should -BeTrue
        ($app | Remove-MailAppCredential -Superseded -Confirm:$false -WarningAction SilentlyContinue).KeyId | Should -Be $app.SecretId
        Test-Secret $app $held | Should -Be Passed
    }
}

Describe 'Certificates' {
    BeforeEach {
        Connect-MailAdmin -Sandbox | Out-Null
        $app = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        $password = ConvertTo-SecureString -AsPlainText "pass $env:MAILADMIN_SANDBOX_MARK phrase"
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).pfx"
    }

    It 'are made, kept in a file, added and used' {
        $signed = $app | New-MailAppCertificate -Path $path -Password $password -Reminder (Join-Path $TestDrive archive.ics)
        $signed.Change | Should -Be Updated
        (Get-Content -Raw (Join-Path $TestDrive archive.ics)) | Should -BeLike '*certificate of Archive*'
        (New-MailboxConnection -TenantId $app.TenantId -ClientId $app.ClientId -CertificatePath $path -CertificatePassword $password -Mailbox $bob |
            Test-MailboxConnection).Verdict | Should -Be Passed
        if (-not $IsWindows) { [int](Get-Item $path).UnixFileMode | Should -Be 0x180 }
        $loaded = [Security.Cryptography.X509Certificates.X509Certificate2]::new($path, $password)
        ($app | New-MailAppCertificate -Certificate $loaded).Change | Should -Be Unchanged
        ($app | Get-MailAppCredential | Where-Object Kind -eq Certificate).Thumbprint | Should -Be $loaded.Thumbprint
    }

    It 'are never written over a file, nor made without a place' {
        Set-Content $path 'mine'
        { $app | New-MailAppCertificate -Path $path -Password $password -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateFileNotWritable*'
        Get-Content $path | Should -Be mine
        { $app | New-MailAppCertificate -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateDestinationRequired*'
        { $app | New-MailAppCertificate -Path "$path.2" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateDestinationRequired*'
        $app | New-MailAppCertificate -Path "$path.2" -Password $password -WhatIf
        Test-Path "$path.2" | Should -BeFalse
        $app | Get-MailAppCredential | Where-Object Kind -eq Certificate | Should -BeNullOrEmpty
    }
}
